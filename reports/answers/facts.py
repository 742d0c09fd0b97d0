"""The facts that a question is about, summed by PostgreSQL."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import BigIntegerField, BooleanField, F, Func, Q, QuerySet, Sum, Value

from reports.answers.question import By, Question
from reports.attribution.models import (
    ConversionFact,
    CreditFact,
    CreditSum,
    TouchFact,
    TouchSum,
)
from reports.metrics.sums import ORDER, Orders, Sums

# What the database has in the column asked for: a day, an id (None without a boost), a code.
Key = Any
# Keys, or the query that has them.
Keys = Collection[Key] | QuerySet[Any, Any]

# What facts are summed by.
COLUMN = {
    By.NOTE: "note_id",
    By.LISTING: "listing_id",
    By.BOOST: "boost_id",
    By.PLACEMENT: "placement",
    By.STORE_KIND: "store_kind",
    By.DAY: "on",
}
# Who asks for these asks the facts themselves; everything else is known to the sums of the days.
OF_FACTS = frozenset({By.NOTE, By.LISTING})


class _OneOf(Func):
    """Whether a column has one of the numbers of an array: very many travel as one parameter."""

    template = "(%(expressions)s::bigint[]))"
    arg_joiner = " = ANY("
    output_field = BooleanField()


class Facts:
    """The facts of the report days that a question is about."""

    def __init__(self, question: Question, report_day_pks: list[int]) -> None:
        self.question, self.report_day_pks = question, report_day_pks
        self._current = Q(
            merchant_id=question.merchant.pk,
            on__range=(question.first_on, question.last_on),
            report_day_id__in=report_day_pks,
        )
        self._window = Q(window_days=question.window_days)
        self.conversions = ConversionFact.objects.filter(self._current, self._window, kind=ORDER)

    def all_models(self, by: By | None = None) -> QuerySet[Any]:
        """Credit under every model: of facts or, where that is enough for `by`, of their sums."""
        credit: QuerySet[Any] = (CreditFact if by in OF_FACTS else CreditSum).objects.all()
        return credit.filter(self._current, self._window)

    def _credit(self, by: By | None = None, keys: Keys | None = None) -> QuerySet[Any]:
        credit = self.all_models(by).filter(model=self.question.model)
        return credit.filter(among(by, keys))

    def _touches(self, by: By | None = None, keys: Keys | None = None) -> QuerySet[Any]:
        touches: QuerySet[Any] = (TouchFact if by in OF_FACTS else TouchSum).objects.all()
        return touches.filter(self._current, among(by, keys))

    def by(self, by: By, keys: Keys | None = None) -> dict[Key, Sums]:
        """Sums per key of the breakdown, of `keys` alone if they are given."""
        return _sums_by(COLUMN[by], self._credit(by, keys), self._touches(by, keys))

    @cached_property
    def everything(self) -> Sums:
        """The sum of all facts."""
        touches = _touches_by("kind", self._touches())
        return Sums.of([*self.credit_by_day.values(), *touches.values()])

    def total(self, by: By, keys: Keys) -> Sums:
        """The sum of the `keys` of the breakdown."""
        found = _sums_by("kind", self._credit(by, keys), self._touches(by, keys))
        return Sums.of(found.values())

    def credited(self, by: By, keys: Keys) -> Sums:
        """What was credited to the `keys` of the breakdown, without what touched them."""
        return Sums.of(credit_by("kind", self._credit(by, keys)).values())

    @cached_property
    def credit_by_day(self) -> dict[date, Sums]:
        """Credit per business day: read once for the sum of all facts and for the chart."""
        return credit_by("on", self._credit())

    def orders_by_model(self, by: By, keys: Keys) -> dict[tuple[Key, str], Sums]:
        """Credit of orders summed per key and model."""
        found: dict[tuple[Key, str], Sums] = defaultdict(Sums)
        orders = self.all_models(by).filter(among(by, keys), kind=ORDER)
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


def among(by: By | None, keys: Keys | None) -> Q:
    """Facts of `keys`, which are ids and may have null among them; all facts without any."""
    if by is None or keys is None:
        return Q()
    column = COLUMN[by]
    if isinstance(keys, QuerySet):
        return Q(**{f"{column}__in": keys})
    ids = Value([key for key in keys if key is not None])
    among = Q(_OneOf(F(column), ids))
    return among | Q(**{column: None}) if None in keys else among


def _sums_by(column: str, credit: QuerySet[Any], touches: QuerySet[Any]) -> dict[Key, Sums]:
    """Credit and touch facts summed per value of `column`."""
    found = credit_by(column, credit)
    for key, touched in _touches_by(column, touches).items():
        found[key].add(touched)
    return dict(found)


def _touches_by(column: str, facts: QuerySet[Any]) -> defaultdict[Key, Sums]:
    """Touch facts summed per value of `column`."""
    found: defaultdict[Key, Sums] = defaultdict(Sums)
    columns = dict.fromkeys((column, "kind"))
    for row in facts.values(*columns).annotate(count=Sum("touchpoints")).order_by():
        found[row[column]].touchpoints[row["kind"]] += row["count"]
    return found


def credit_by(column: str, facts: QuerySet[Any]) -> defaultdict[Key, Sums]:
    """Credit facts summed per value of `column`; a value that has none has empty sums."""
    found: defaultdict[Key, Sums] = defaultdict(Sums)
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
        count=Sum(count),
        fen=Sum("value_fen", output_field=BigIntegerField()),
        unpriced=Sum(count, filter=Q(value_fen=None)),
    )
    return summed.order_by()
