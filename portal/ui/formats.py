"""How values look: the one home of formats that columns, template filters and mails share."""

from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

NOTHING = "–"
_COLOURS = {
    "green": "verified live approved running done open signed published accepted "
    "completed committed",
    "azure": "submitted verifying queued proposed scheduled received",
    "yellow": "returned paused stale quarantined",
    "red": "rejected failed",
}
_COLOUR_OF = {state: colour for colour, states in _COLOURS.items() for state in states.split()}


def yuan(fen: int | None) -> str:
    """123456 fen is “¥1,234.56”; an unknown amount is a dash."""
    if fen is None:
        return NOTHING
    sign, fen = ("−" if fen < 0 else ""), abs(int(fen))
    return f"{sign}¥{fen // 100:,}.{fen % 100:02d}"


def count(number: int | None) -> str:
    """1234567 is “1,234,567”."""
    return NOTHING if number is None else f"{number:,}"


def percent(ratio: Any, digits: int = 1) -> str:
    """0.1234 is “12.3%”; a ratio that does not exist is a dash."""
    if ratio is None:
        return NOTHING
    if isinstance(ratio, Fraction):
        ratio = Decimal(ratio.numerator) / Decimal(ratio.denominator)
    exact = (Decimal(ratio) * 100).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)
    return f"{exact:,}%"


def local(at: datetime) -> datetime:
    """The moment in Shanghai time; a naive one is taken as such already."""
    return timezone.localtime(at) if timezone.is_aware(at) else at


def day(on: date | datetime | None) -> SafeString:
    """A business day as ISO writes it, the same in every language."""
    if on is None:
        return SafeString(NOTHING)
    on = local(on).date() if isinstance(on, datetime) else on
    return format_html('<time datetime="{0}">{0}</time>', on.isoformat())


def instant(at: datetime | None) -> SafeString:
    """A moment to the minute; the exact one is in the element's `datetime`."""
    if at is None:
        return SafeString(NOTHING)
    at = local(at)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(),
        f"{at:%Y-%m-%d %H:%M:%S %Z}",
        f"{at:%Y-%m-%d %H:%M}",
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
