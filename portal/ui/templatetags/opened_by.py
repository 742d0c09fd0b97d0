"""Django's `{% csrf_token %}`, which every form that posts has, says whose page it is on, too."""

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.ui import unsent

register = template.Library()


@register.simple_tag(takes_context=True)
def csrf_token(context: template.Context) -> SafeString:
    """The token, and the mark by which what was typed finds back to its person."""
    token = SafeString(CsrfTokenNode().render(context))
    request = context.get("request")
    mark = unsent.mark_of(request) if request else ""
    if not mark:
        return token
    return token + format_html('<input type="hidden" name="{}" value="{}">', unsent.MARK, mark)
