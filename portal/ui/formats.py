"""The HTML around the words of `portal.words`: time elements and badges."""

from datetime import date, datetime

from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal import words
from portal.choices import Colour, state_of
from portal.proofs import ProvenBy


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


def badge(colour: Colour, label: object) -> SafeString:
    """Coloured words that stand out of a line or a cell."""
    return format_html('<span class="badge bg-{}-lt">{}</span>', colour.value, label)


def proof(proven_by: ProvenBy) -> SafeString:
    """By what a claim is proven: a sentence, which takes several lines on a phone."""
    return format_html(
        '<span class="badge bg-{}-lt text-wrap text-start">{}</span>',
        proven_by.colour.value,
        proven_by.label,
    )


def status_badge(row: models.Model, field: str = "") -> SafeString:
    """The state `row` is in. A row with several states needs the name of the `field`."""
    state = state_of(row, field)
    return badge(state.colour, state.label)
