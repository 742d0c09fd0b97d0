"""The facts that a question is about, summed by PostgreSQL."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet, Sum

from reports.answers.question import By, Question
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
CREDIT_COLUMN = {**COLUMN, By.STORE_KIND: "store_kind"}
TOUCH_COLUMN = {**COLUMN, By.STORE_KIND: "listing__product__store__kind"}


class Facts:
    """The facts of the report days that a question is about."""

    def __init__(self, question: Question, report_day_pks: list[int]) -> None:
        self.question, self.report_day_pks = question, report_day_pks
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

    def by(self, by: By, keys: Collection[Key] | None = None) -> dict[Key, Sums]:
        """Sums per key of the breakdown, of `keys` alone if they are given."""
        touches, credit = TOUCH_COLUMN[by], CREDIT_COLUMN[by]
        return merged(
            credit_by(credit, self.credit.filter(_among(credit, keys))),
            _touches_by(touches, self.touches.filter(_among(touches, keys))),
        )

    @cached_property
    def everything(self) -> Sums:
        """The sum of all facts."""
        return _sum_of(self.credit, self.touches)

    def total(self, by: By, keys: Collection[Key] | None = None) -> Sums:
        """The sum of everything, or of the `keys` of the breakdown."""
        if keys is None:
            return self.everything
        credit = self.credit.filter(_among(CREDIT_COLUMN[by], keys))
        touches = self.touches.filter(_among(TOUCH_COLUMN[by], keys))
        return _sum_of(credit, touches)

    def of(self, part: Q) -> Sums:
        """The sum of a `part` that both kinds of facts have: a note, listings, a boost."""
        return _sum_of(self.credit.filter(part), self.touches.filter(part))

    def orders_by_day(self) -> dict[date, Sums]:
        """Credit of orders per business day."""
        return credit_by("on", self.credit.filter(kind=ORDER))

    def orders_by_model(self, by: By, keys: Collection[Key]) -> dict[tuple[Key, str], Sums]:
        """Credit of orders summed per key and model."""
        found: dict[tuple[Key, str], Sums] = defaultdict(Sums)
        orders = self.all_models.filter(_among(COLUMN[by], keys), kind=ORDER)
        for row in _summed(orders, "credit_micro", COLUMN[by], "kind", "model"):
            _take_credit(found[row[COLUMN[by]], row["model"]], row)
        return found

    def orders(self) -> Orders:
        """Every order of the merchant's stores, matched or not."""
        orders = Orders()
        for row in _summed(self.conversions, "conversions", "level"):
            orders.orders[row["level"]] += row["count"]
            orders.value_fen[row["level"]] += row["fen"] or 0
            orders.unpriced[row["level"]] += row["unpriced"] or 0
        return orders


def merged(credit: dict[Key, Sums], touches: dict[Key, Sums]) -> dict[Key, Sums]:
    """Both sums of every key that has either."""
    found: dict[Key, Sums] = defaultdict(Sums)
    for part in (credit, touches):
        for key, sums in part.items():
            found[key].add(sums)
    return dict(found)


def _sum_of(credit: QuerySet[CreditFact], touches: QuerySet[TouchFact]) -> Sums:
    total = Sums()
    for sums in merged(credit_by("kind", credit), _touches_by("kind", touches)).values():
        total.add(sums)
    return total


def _among(column: str, keys: Collection[Key] | None) -> Q:
    """Facts of `keys`, of which one may be null; all facts without any."""
    if keys is None:
        return Q()
    among = Q(**{f"{column}__in": [key for key in keys if key is not None]})
    return among | Q(**{column: None}) if None in keys else among


def _touches_by(column: str, facts: QuerySet[TouchFact]) -> dict[Key, Sums]:
    found: dict[Key, Sums] = defaultdict(Sums)
    columns = dict.fromkeys((column, "kind"))
    for row in facts.values(*columns).annotate(count=Sum("touchpoints")).order_by():
        found[row[column]].touchpoints[row["kind"]] += row["count"]
    return found


def credit_by(column: str, facts: QuerySet[CreditFact]) -> dict[Key, Sums]:
    """Credit facts summed per value of `column`."""
    found: dict[Key, Sums] = defaultdict(Sums)
    for row in _summed(facts, "credit_micro", *dict.fromkeys((column, "kind"))):
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
