"""What pages of what is reviewed have in common: `{% load reviewing %}`."""

from django import template

from portal.review import speed

register = template.Library()


@register.simple_tag
def answer_times(noun: str) -> str:
    """How long answers about things of a noun took lately, as a sentence; one query."""
    return str(speed.of([noun])[noun])
