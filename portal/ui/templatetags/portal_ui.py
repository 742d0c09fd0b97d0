"""Filters and tags for every template: `{% load portal_ui %}`."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from portal import words
from portal.ui import formats
from portal.ui.icons import svg

register = template.Library()
register.filter("yuan", words.yuan)
register.filter("count", words.count)
register.filter("days", words.days)
register.filter("day", formats.day)
register.filter("instant", formats.instant)


@register.simple_tag
def status_badge(state: Any, label: str = "") -> SafeString:
    """The badge of a row (`{% status_badge store %}`) or of a bare state."""
    return formats.status_badge(state, label=label)


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """An icon of @tabler/icons, inlined; decoration only, so it is hidden from readers."""
    return svg(name, css)
