"""Regimes: of how many of its users a source sends anything, as agreed with it for some time.

A sample is of users: of a sampled source every row of a user is there or none is. Where nothing is
agreed all users are there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from merchants.catalogue.models import Category
from portal import words
from reports.sources.models import Source, SourceKind

WHOLE = Decimal(1)
# What a span is about that is not about a category of its own.
ALL = 0
# Who may send samples: our own links and a merchant's own orders are whole.
SAMPLED_KINDS = (SourceKind.COMMUNITY, SourceKind.MARKETPLACE)


def _alone(name: str) -> Func:
    """A number as a range that holds it alone; nothing counts as 0."""
    number = Coalesce(F(name), Value(0))
    return Func(
        number, number, function="int8range", template="%(function)s(%(expressions)s, '[]')"
    )


class RegimeQuerySet(models.QuerySet["Regime"]):
    def in_order(self) -> Self:
        """As a list shows them: the newest first, with their categories."""
        return self.select_related("category").order_by("-valid_from", "-pk")


class Regime(models.Model):
    """From `valid_from` to `valid_to` (business days, both included; open without the second) the
    source has `ratio` of its users. One of a category, and of what lies in it, goes before one of
    all; of the categories that a product lies in the narrowest rules.
    """

    source = models.ForeignKey(Source, models.PROTECT, related_name="regimes")
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+")
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    ratio = models.DecimalField(_("ratio"), max_digits=7, decimal_places=6)

    objects = RegimeQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="regimes_do_not_overlap",
                expressions=[
                    (_alone("source"), RangeOperators.OVERLAPS),
                    (_alone("category"), RangeOperators.OVERLAPS),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            function="daterange",
                            template="%(function)s(%(expressions)s, '[]')",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_(
                    "Another regime of this source and category covers some of these days. End it"
                    " first."
                ),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="regime_ends_after_it_starts",
                violation_error_message=_("The last day is on or after the first."),
            ),
            models.CheckConstraint(
                condition=Q(ratio__gt=0, ratio__lte=1),
                name="regime_is_a_share",
                violation_error_message=_("A ratio is above 0 and at most 1."),
            ),
        ]

    def __str__(self) -> str:
        days = words.period(self.valid_from, self.valid_to) if self.valid_to else None
        return f"{self.source} {days or words.day(self.valid_from)}"

    @property
    def last_on(self) -> date:
        """Its last day; that of the calendar while it is open."""
        return self.valid_to or date.max


@dataclass(frozen=True)
class Span:
    """From the first to the last day, both included, one ratio rules for a category, or for ALL
    that have none of their own."""

    category_id: int
    first_on: date
    last_on: date
    ratio: Decimal


def spans(regimes: Iterable[Regime], tree: Mapping[int, Category]) -> list[Span]:
    """What rules of one source, said of each category that is in a regime of one, and of ALL.

    `tree` has all categories (`Category.objects.as_tree()`); of a category no two spans overlap.
    """
    regimes = list(regimes)
    of: dict[int | None, list[Regime]] = {}
    for regime in regimes:
        of.setdefault(regime.category_id, []).append(regime)
    found = [Span(ALL, r.valid_from, r.last_on, r.ratio) for r in of.get(None, [])]
    for category in tree.values() if len(of) > (None in of) else ():
        # The narrowest first: what it says of a day goes before what a wider one says.
        lines = [r for wider in category.lineage() for r in of.get(wider.pk, [])]
        for first, last in _pieces(lines):
            ruling = next((r for r in lines if r.valid_from <= first <= r.last_on), None)
            if ruling:
                found.append(Span(category.pk, first, last, ruling.ratio))
    return found


def ratio_on(found: Iterable[Span], on: date, category_id: int = ALL) -> Decimal:
    """The ratio of a category's day: its own, else that of all, else everything is there."""
    there = {span.category_id: span.ratio for span in found if span.first_on <= on <= span.last_on}
    return there.get(category_id, there.get(ALL, WHOLE))


@dataclass(frozen=True)
class Change:
    """From the first to the last day, both included, another ratio rules for these categories."""

    first_on: date
    last_on: date
    category_ids: frozenset[int]


def changes(before: list[Span], after: list[Span]) -> list[Change]:
    """Where two agreements of one source differ, in the order of days."""
    found = []
    categories = {ALL, *(span.category_id for span in [*before, *after])}
    for first, last in _pieces([*before, *after]):
        other = {c for c in categories if ratio_on(before, first, c) != ratio_on(after, first, c)}
        if other:
            found.append(Change(first, last, frozenset(other)))
    return found


def _pieces(lines: Iterable[Regime | Span]) -> list[tuple[date, date]]:
    """The stretches of days in which the same of these are in force, also of none."""
    edges = set()
    for line in lines:
        first_on = line.valid_from if isinstance(line, Regime) else line.first_on
        edges |= {first_on} | ({line.last_on + timedelta(1)} if line.last_on < date.max else set())
    starts = sorted(edges)
    ends = [start - timedelta(1) for start in starts[1:]]
    return list(zip(starts, [*ends, date.max], strict=True)) if starts else []
