"""Filters and tags for every template: `{% load portal_ui %}`."""

from functools import cache

from django import template
from django.db import models
from django.forms import BaseForm
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString

from portal import words
from portal.ui import formats
from portal.ui.icons import svg
from portal.ui.pages import Link

register = template.Library()
register.filter("yuan", words.yuan)
register.filter("count", words.count)
register.filter("days", words.days)
register.filter("day", formats.day)
register.filter("instant", formats.instant)
register.filter("proof", formats.proof)
register.simple_tag(words.gap, name="gap")


@register.filter
def offered(link: Link | None, may: set[str]) -> bool:
    """Whether there is a link, and the person `may` do what it needs."""
    return link is not None and (not link.needs or link.needs in may)


@register.inclusion_tag("portal/_button.html")
def button(
    url_name: str,
    *args: object,
    label: str,
    icon: str = "",
    css: str = "",
    confirm: str = "",
    version: str = "",
    sends: BaseForm | None = None,
) -> dict[str, object]:
    """A button that posts to a URL: `{% button "campaigns:boost-stop" code pk label=_("Stop") %}`.

    `confirm` is a question to answer first; the values of the form `sends` go along, and so does
    the `version` of what the page says, where the act rests on that.
    """
    return {
        "url": reverse(url_name, args=args),
        "label": label,
        "icon_name": icon,
        "css": css,
        "confirm": confirm,
        "version": version,
        "sends": sends or (),
    }


@register.simple_tag
def status_badge(row: models.Model, field: str = "") -> SafeString:
    """The badge of a row: `{% status_badge store %}`, `{% status_badge opening "state" %}`."""
    return formats.status_badge(row, field)


@register.simple_tag
def parts() -> SafeString:
    """What every page holds for parts.js; it says the same to everybody, in his language."""
    return _parts(words.language())


@cache
def _parts(language: str) -> SafeString:
    with translation.override(language):
        return render_to_string("portal/_parts.html")


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """An icon of @tabler/icons, inlined; decoration only, so it is hidden from readers."""
    return svg(name, css)
