"""The HTML around the words of `portal.words`: time elements and badges."""

from datetime import date, datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal import words

_COLOURS = {
    "green": "verified live approved running done open signed published accepted "
    "completed committed",
    "azure": "submitted verifying queued proposed scheduled received",
    "yellow": "returned paused stale quarantined",
    "red": "rejected failed",
}
_COLOUR_OF = {state: colour for colour, states in _COLOURS.items() for state in states.split()}


def day(on: date | datetime | None) -> SafeString:
    """A business day."""
    if on is None:
        return SafeString(words.NOTHING)
    return format_html('<time datetime="{0}">{0}</time>', words.day(on))


def instant(at: datetime | None) -> SafeString:
    """A moment to the minute; the exact one is in the element's `datetime`."""
    if at is None:
        return SafeString(words.NOTHING)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        words.local(at).isoformat(),
        words.exact_instant(at),
        words.instant(at),
    )


def status_badge(state: Any, *, label: str = "") -> SafeString:
    """A state as a badge. `state` is a row with a status, an enum member or its value."""
    if isinstance(state, models.Model):
        name = "status" if hasattr(state, "status") else "state"
        label = label or getattr(state, f"get_{name}_display")()
        state = getattr(state, name)
    label = label or getattr(state, "label", "") or _labels().get(str(state), str(state))
    return format_html(
        '<span class="badge bg-{}-lt">{}</span>', _COLOUR_OF.get(str(state), "secondary"), label
    )


@cache
def _labels() -> dict[str, Any]:
    """Labels of all states of all models, for a template that has the bare value only."""
    return {
        value: label
        for model in apps.get_models()
        for field in model._meta.fields
        if field.name in {"status", "state"} and field.choices
        for value, label in field.flatchoices
    }
