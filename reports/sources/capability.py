"""Which kinds of events a source sends at all and by when, as it said at any moment.

What it sends now stands on the source, what it sent before with the moment until which it did: so
what was answered before a change is answered the same after it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from django.contrib.postgres.fields import ArrayField
from django.db import models

from portal import clock
from reports.sources.models import Rhythm, Source

_EVER = datetime.min.replace(tzinfo=UTC)
_NEVER = datetime.max.replace(tzinfo=UTC)


class SentBefore(models.Model):
    """What a source declared to send until `until`, and by when, since the one before it or ever.

    `delay_days` is null where it was not written down.
    """

    source = models.ForeignKey(Source, models.CASCADE, related_name="sent_before")
    sends = ArrayField(models.CharField(max_length=20), default=list)
    rhythm = models.CharField(max_length=10, choices=Rhythm, blank=True)
    delay_days = models.PositiveSmallIntegerField(null=True)
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["source", "until"], name="sent_before_of_source")]

    def __str__(self) -> str:
        return f"{self.source_id} {', '.join(self.sends)}"


@dataclass(frozen=True)
class Capability:
    """What one source sends: spans of time, each from its first moment on until the next begins."""

    events: str
    marketplace: str
    spans: tuple[tuple[datetime, frozenset[str]], ...]

    def on(self, first_on: date, last_on: date) -> frozenset[str]:
        """The kinds that it sends on at least one of the business days, both included."""
        return frozenset[str]().union(*self._there(first_on, last_on))

    def changing(self, first_on: date, last_on: date) -> frozenset[str]:
        """The kinds that it sends on some of the business days and not on all of them."""
        there = self._there(first_on, last_on)
        return frozenset[str]().union(*there) - there[0].intersection(*there[1:])

    def _there(self, first_on: date, last_on: date) -> list[frozenset[str]]:
        """What it sends in each of the spans that have to do with the days."""
        first, end = clock.start_of(first_on), clock.start_of(last_on + timedelta(days=1))
        ends = [begins for begins, _kinds in self.spans[1:]] + [_NEVER]
        return [
            kinds
            for (begins, kinds), ends_at in zip(self.spans, ends, strict=True)
            if begins < end and ends_at > first
        ]


def owing_then(sources: list[Source], *, as_of: datetime | None) -> list[Source]:
    """The same sources, due as they had declared by `as_of`; in one query. They are not to be
    saved."""
    if as_of is None:
        return sources
    before = SentBefore.objects.filter(until__gt=as_of, delay_days__isnull=False)
    # Of each the first that ended after that moment.
    then = {one.source_id: one for one in before.order_by("-until", "-pk")}
    for source in sources:
        if one := then.get(source.pk):
            source.rhythm, source.delay_days = one.rhythm, one.delay_days or 0
    return sources


def of_parties(*, as_of: datetime | None) -> list[Capability]:
    """What the community, its links and the marketplaces send, as they had said by `as_of`; in one
    query. A merchant's own source promises nothing."""
    rows = (
        Source.objects.of_parties()
        .order_by("pk", "sent_before__until", "sent_before__pk")
        .values_list(
            "pk", "events", "marketplace", "sends", "sent_before__until", "sent_before__sends"
        )
    )
    found = []
    for (_pk, events, marketplace, sends), told in groupby(rows, key=lambda row: row[:4]):
        before = [(until, sent) for *_source, until, sent in told if until is not None]
        found.append(Capability(events, marketplace, tuple(_spans(before, sends, as_of))))
    return found


def _spans(
    before: list[tuple[datetime, list[str]]], now: list[str], as_of: datetime | None
) -> Iterator[tuple[datetime, frozenset[str]]]:
    """From when on which kinds were sent; what was said after `as_of` was not known then."""
    begins = _EVER
    for until, sends in before:
        yield begins, frozenset(sends)
        begins = until
        if as_of is not None and begins > as_of:
            return
    yield begins, frozenset(now)
