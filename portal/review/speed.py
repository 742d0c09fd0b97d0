"""How long answers take, by the journal. ADR 0167."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from portal import clock, words
from portal.review.models import Decision

# What is said of answers is said of those of so many days,
DAYS = 30
# of so many at least, below which it is chance,
LEAST = 20
# and of the newest so many of a noun at most, so that no page reads a journal of years.
MOST = 1000
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Speed:
    """Of `count` answers, from the handing in to what decided: half came within `half`, nine of ten
    within `most`. Both are None below LEAST, where nothing is measured."""

    count: int
    half: timedelta | None = None
    most: timedelta | None = None

    def __str__(self) -> str:
        """As whoever waits reads it."""
        told: dict[str, object] = {"count": words.count(self.count)}
        if self.half is None or self.most is None:
            return _(
                "How long answers take is not measured: %(count)s were given in %(days)s days, and "
                "fewer than %(least)s say too little."
            ) % {**told, "days": DAYS, "least": LEAST}
        return _(
            "Of the last %(count)s answers, half came within %(half)s and nine of ten within "
            "%(most)s."
        ) % {**told, "half": within(self.half), "most": within(self.most)}


def of(nouns: Iterable[str]) -> dict[str, Speed]:
    """How fast things of each of `nouns` were answered lately, in one query."""
    wanted = sorted(set(nouns))
    if not wanted:
        return {}
    first, *others = map(_newest, wanted)
    took: dict[str, list[timedelta]] = {noun: [] for noun in wanted}
    for noun, time in first.union(*others, all=True):
        took[noun].append(time)
    return {noun: measured(times) for noun, times in took.items()}


def _newest(noun: str) -> QuerySet[Any, Any]:
    since = clock.now() - timedelta(days=DAYS)
    answers = Decision.objects.answers().filter(noun=noun, at__gte=since).order_by("-at")
    return answers.annotate(took=F("at") - F("asked_at")).values_list("noun", "took")[:MOST]


def measured(times: Sequence[timedelta]) -> Speed:
    """The half and the nine tenths of `times`, each a time that one of them took."""
    if len(times) < LEAST:
        return Speed(len(times))
    return Speed(len(times), in_which(times, percent=50), in_which(times, percent=90))


def in_which(times: Sequence[timedelta], *, percent: int) -> timedelta:
    """The time in which `percent` per cent of `times` came, one of them (nearest rank)."""
    ranked = sorted(times)
    return ranked[-(-len(ranked) * percent // 100) - 1]


def within(time: timedelta) -> str:
    """Whole hours in which `time` lies: “1 hour”, “30 hours”."""
    return words.duration(hours_of(time) * HOUR)


def hours_of(time: timedelta) -> int:
    """The whole hours in which `time` lies; what is begun counts."""
    return max(1, ceil(time / HOUR))
