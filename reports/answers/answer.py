"""The answer to a question: exact sums of current facts, row by row."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum

from reports.answers.coverage import Coverage, coverage, report_days
from reports.answers.labels import Label, labels, store_kinds
from reports.answers.question import BadRange, By, Question
from reports.attribution.models import ConversionFact, CreditFact, TouchFact
from reports.metrics.sums import ORDER, Orders, Sums

# What the database has in the column asked for: a day, an id (None without a boost), a code.
Key = Any

# What facts are summed by; for STORE_KIND the two kinds of facts differ.
COLUMN = {
    By.NOTE: "note_id",
    By.LISTING: "listing_id",
    By.BOOST: "boost_id",
    By.PLACEMENT: "placement",
    By.DAY: "on",
}


@dataclass(frozen=True)
class Row:
    """One line of the breakdown. `sums` is None for a day that is not computed."""

    label: Label
    sums: Sums | None


@dataclass(frozen=True)
class Report:
    """`total` is the sum of the rows, exactly; `orders` is what it is part of.

    `days` splits its credited orders by business day; other kinds may be left out there.
    """

    question: Question
    coverage: Coverage
    rows: list[Row]
    total: Sums
    orders: Orders
    days: dict[date, Sums]


class Facts:
    """The facts of the report days that a question is about."""

    def __init__(self, question: Question, report_day_pks: list[int]) -> None:
        current = Q(
            merchant_id=question.merchant.pk,
            on__range=(question.first_on, question.last_on),
            report_day_id__in=report_day_pks,
        )
        window = Q(window_days=question.window_days)
        self.all_models = CreditFact.objects.filter(current, window)
        self.credit = self.all_models.filter(model=question.model)
        self.conversions = ConversionFact.objects.filter(current, window, kind=ORDER)
        self.touches = TouchFact.objects.filter(current)

    def credit_by(self, column: str) -> dict[Key, Sums]:
        """Credit facts summed per value of `column`."""
        return _credit_by(column, self.credit)

    def orders_by(self, column: str) -> dict[Key, Sums]:
        """Credit of orders summed per value of `column`."""
        return _credit_by(column, self.credit.filter(kind=ORDER))

    def orders_by_model(self, column: str) -> dict[tuple[Key, str], Sums]:
        """Credit of orders summed per value of `column` and model."""
        found: dict[tuple[Key, str], Sums] = defaultdict(Sums)
        orders = self.all_models.filter(kind=ORDER)
        for row in _summed(orders, "credit_micro", column, "kind", "model"):
            _take_credit(found[row[column], row["model"]], row)
        return found

    def touches_by(self, column: str) -> dict[Key, Sums]:
        """Touch facts summed per value of `column`."""
        found: dict[Key, Sums] = defaultdict(Sums)
        counted = self.touches.values(column, "kind").annotate(count=Sum("touchpoints"))
        for row in counted.order_by():
            found[row[column]].touchpoints[row["kind"]] += row["count"]
        return found

    def orders(self) -> Orders:
        """Every order of the merchant's stores, matched or not."""
        orders = Orders()
        for row in _summed(self.conversions, "conversions", "level"):
            orders.orders[row["level"]] += row["count"]
            orders.value_fen[row["level"]] += row["fen"] or 0
            orders.unpriced[row["level"]] += row["unpriced"] or 0
        return orders


def answer(question: Question) -> Report:
    """Answer `question` from the facts that are published now, in a bounded number of queries."""
    shown = coverage(question)
    facts = Facts(question, shown.report_day_pks)
    found = _broken_down(question, facts)
    total = Sums()
    for sums in found.values():
        total.add(sums)
    return Report(
        question=question,
        coverage=shown,
        rows=_rows(question, shown, found),
        total=total,
        orders=facts.orders(),
        days=found if question.by == By.DAY else facts.orders_by("on"),
    )


def total_before(question: Question) -> Sums | None:
    """The total of as many days right before those asked for; None unless all are computed."""
    count = len(question.days)
    try:
        before = replace(
            question,
            first_on=question.first_on - timedelta(days=count),
            last_on=question.last_on - timedelta(days=count),
        )
    except BadRange:
        return None
    computed = list(report_days(before).values_list("pk", flat=True))
    if len(computed) < count:
        return None
    facts = Facts(before, computed)
    total = Sums()
    for sums in _merged(facts.credit_by("kind"), facts.touches_by("kind")).values():
        total.add(sums)
    return total


def _broken_down(question: Question, facts: Facts) -> dict[Key, Sums]:
    if question.by == By.STORE_KIND:
        kind_of = store_kinds(question)
        touches: dict[Key, Sums] = defaultdict(Sums)
        for listing_id, sums in facts.touches_by("listing_id").items():
            touches[kind_of[listing_id]].add(sums)
        return _merged(facts.credit_by("store_kind"), touches)
    column = COLUMN[question.by]
    return _merged(facts.credit_by(column), facts.touches_by(column))


def _rows(question: Question, shown: Coverage, found: dict[Key, Sums]) -> list[Row]:
    """Days by date; everything else by credited GMV, the highest first."""
    gaps = set(shown.gaps)
    rows = [
        Row(label, None if key in gaps else found.get(key, Sums()))
        for key, label in labels(question, found).items()
    ]
    if question.by != By.DAY:
        rows.sort(key=lambda row: _worth(row.sums), reverse=True)
    return rows


def _worth(sums: Sums | None) -> tuple[int, int]:
    return (sums.fen(ORDER) or 0, sums.credited(ORDER)) if sums else (0, 0)


def _merged(credit: dict[Key, Sums], touches: dict[Key, Sums]) -> dict[Key, Sums]:
    merged: dict[Key, Sums] = defaultdict(Sums)
    for part in (credit, touches):
        for key, sums in part.items():
            merged[key].add(sums)
    return dict(merged)


def _credit_by(column: str, facts: QuerySet[CreditFact]) -> dict[Key, Sums]:
    found: dict[Key, Sums] = defaultdict(Sums)
    for row in _summed(facts, "credit_micro", column, "kind"):
        _take_credit(found[row[column]], row)
    return found


def _take_credit(sums: Sums, row: dict[str, Any]) -> None:
    sums.credited_micro[row["kind"]] += row["count"]
    sums.value_fen[row["kind"]] += row["fen"] or 0
    sums.unpriced_micro[row["kind"]] += row["unpriced"] or 0


def _summed(facts: QuerySet[Any], count: str, *columns: str) -> Iterable[dict[str, Any]]:
    """Per `columns`: count, fen (null when all unknown), and the count without a value."""
    summed: QuerySet[Any] = facts.values(*columns).annotate(
        count=Sum(count), fen=Sum("value_fen"), unpriced=Sum(count, filter=Q(value_fen=None))
    )
    return summed.order_by()
