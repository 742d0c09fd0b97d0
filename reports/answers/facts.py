"""The facts that a question is about, summed by PostgreSQL."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from reports.answers.assists import ASSISTS, Assists
from reports.answers.connected import Connected
from reports.answers.exposure import Exposure
from reports.answers.question import By, Question
from reports.answers.sampled_days import Sampling, of_sample
from reports.answers.spend import COLUMNS, NoSpending, Side, Spending
from reports.answers.summing import COLUMN, OF_FACTS, Key, Keys, among, of_products, summed, take
from reports.answers.within import facts as within
from reports.answers.worth import NoWorth, Worth
from reports.attribution.choices import Model
from reports.attribution.models import (
    ConversionFact,
    Credit,
    CreditFact,
    CreditSum,
    ReportDay,
)
from reports.metrics.meanings import BOOSTED, KEPT, UNASSUMED
from reports.metrics.registry import Metric, Of
from reports.metrics.sums import OF_BOOSTS, ORDER, Orders, Sums

# What conversion facts count beside conversions and their value.
COUNTED = ("numbers", "units", "without_units", "newcomers", "maybe_newcomers")


class Facts:
    """The facts of the report days that a question is about.

    By the day of the touch those of the days `left_out` are not shown, although they are there, and
    of the orders of the days `awaited` nothing has come. What their boosts cost is asked for only
    if it `has_spend`, and what sales leave only if it `has_worth` as well.
    """

    def __init__(
        self,
        question: Question,
        report_days: Sequence[ReportDay],
        left_out: Sequence[date] = (),
        awaited: Sequence[date] = (),
        *,
        has_spend: bool = True,
        has_worth: bool = True,
    ) -> None:
        report_day_pks = [day.pk for day in report_days]
        self.question, self.report_day_pks = question, report_day_pks
        self.sampling = Sampling(report_days)
        self.left_out = list(left_out) if question.is_by_touch else []
        computed = {day.on for day in report_days}
        self.shown_days = computed & set(question.days) - set(self.left_out)
        self.awaited = frozenset(awaited)
        current = Q(merchant_id=question.merchant.pk, report_day_id__in=report_day_pks)
        asked = (question.first_on, question.last_on)
        self.exposure = Exposure(question, report_day_pks, self.sampling, self.left_out)
        self.connected = Connected(question, report_day_pks)
        self.spending = (
            Spending(question, left_out) if has_spend else NoSpending(question, left_out)
        )
        self.worth = Worth(question) if has_spend and has_worth else NoWorth(question)
        self.assists = Assists(question, report_days)
        self._window = Q(window_days=question.window_days)
        self._credited = current & self._window & Q(on__range=question.order_days)
        self._credited &= within(question)
        if question.is_by_touch:
            self._credited &= Q(touched_on__range=asked) & ~Q(touched_on__in=self.left_out)
        self.conversions = ConversionFact.objects.filter(current, self._window, on__range=asked)

    @property
    def sides(self) -> frozenset[Side]:
        """What kinds of cost there are, and whether it is known what sales leave to pay them of."""
        worth = {Side.WORTH} if self.worth.is_any else set[Side]()
        return self.spending.sides | worth

    @property
    def awaits_orders(self) -> bool:
        """Whether nothing has come of the orders of any of the days that are shown."""
        return bool(self.awaited) and self.shown_days <= self.awaited

    def metric(self, metric: Metric[Of]) -> Metric[Of]:
        """`metric` as it is in their sums: unknown where nobody sends what it is made of, or
        nothing of it has come."""
        found = metric.without(self.connected.lacking)
        return found.awaited() if self.awaits_orders else found

    def of_row(self, metric: Metric[Of], by: By, key: Key, store_kind: str = "") -> Metric[Of]:
        """The same in the row of `key`; `store_kind` is that of a listing's store."""
        found = metric.without(self.connected.of_row(by, key, store_kind))
        return found.awaited() if self.awaits(by, key) else found

    def awaits(self, by: By, key: Key) -> bool:
        """Whether nothing has come of the orders of the row of `key`."""
        return self.awaits_orders or (by == By.DAY and key in self.awaited)

    def table_of_credit(self, by: By | None) -> type[Credit]:
        """Facts or, where that is enough for `by`, their sums."""
        return CreditFact if by in OF_FACTS or self.question.is_by_touch else CreditSum

    def column_of_credit(self, by: By) -> str:
        """The column of credit that has what the breakdown is by."""
        is_touch_day = by == By.DAY and self.question.is_by_touch
        return "touched_on" if is_touch_day else COLUMN[by]

    def all_models(self, by: By | None = None) -> QuerySet[Any]:
        """Credit under every model; by product each with that of its listing."""
        credit = self.table_of_credit(by)._default_manager.filter(self._credited)
        return of_products(credit) if by == By.PRODUCT else credit

    def _credit(self, by: By | None = None, keys: Keys | None = None) -> QuerySet[Any]:
        return self.all_models(by).filter(among(by, keys))

    def _credit_by(
        self, column: str, credit: QuerySet[Any], assists: str | None
    ) -> dict[Key, Sums]:
        """Credit summed per value of `column`; a value that has none is missing."""
        model, found = self.question.model, dict[Key, Sums]()
        given, more = credit.exclude(**{model.micro: None}), {}
        if assists:
            given = credit.exclude(**{model.micro: None, assists: None})
            more = {"assisted": Sum(assists)}
        grouped = dict.fromkeys((column, "kind", *self.sampling.columns))
        for row in summed(given, model.micro, model.fen, *grouped, **more):
            key = row[column]
            if key not in found:
                found[key] = self.empty(column, key)
            take(found[key], row["kind"], row, ("count", "fen", "unpriced", "assisted"))
        return found

    def of_day(self, on: date) -> Sums:
        """Sums of a day without facts."""
        return self.empty(COLUMN[By.DAY], on)

    def empty(self, column: str, key: Key) -> Sums:
        """Sums of a key of `column` that has no facts, of which a sample may hold none."""
        sums = self.sampling.sums(key if column == COLUMN[By.DAY] else None)
        return self.assists.mark(sums, column, [key])

    def by(self, by: By, keys: Keys | None = None) -> dict[Key, Sums]:
        """Sums per key of the breakdown, of `keys` alone if they are given."""
        column = self.column_of_credit(by)
        found = self._credit_by(column, self._credit(by, keys), self.assists.column(by))
        for key, touched in self.exposure.by(by, among(by, keys), keys).items():
            found.setdefault(key, self.empty(column, key)).add(touched)
        self._add_parts(found, column, self._credit(by, keys))
        for key, spent in self.spending.by(by, keys).items():
            found.setdefault(key, self.empty(column, key)).add(spent)
        return found

    def _add_parts(self, found: dict[Key, Sums], column: str, credit: QuerySet[Any]) -> None:
        """Add what else is to be known of the `credit`, per value of `column`."""
        self._add_boosted(found, column, credit)
        self._add_kept(found, column, credit)

    def _add_kept(self, found: dict[Key, Sums], column: str, credit: QuerySet[Any]) -> None:
        """Add what orders leave by what is assumed of their days, where anything is."""
        if not self.worth.is_any:
            return
        if column == COLUMN[By.DAY]:
            for on, sums in found.items():
                sums.keep_orders(self.worth.factor_of(on))
            return
        model = self.question.model
        given = credit.filter(kind=ORDER).exclude(**{model.micro: None})
        given = given.annotate(factor=self.worth.of_day)
        grouped = dict.fromkeys((column, "kind", "factor", *self.sampling.columns))
        for row in summed(given, model.micro, model.fen, *grouped):
            of_key = found.setdefault(row[column], self.empty(column, row[column]))
            factor = row["factor"]
            part = KEPT if factor is not None else UNASSUMED
            worth = {**row, "fen": int(row["fen"] or 0) * (factor or 0)}
            take(of_key, part + ORDER, worth, ("count", "fen", "unpriced", "assisted"))

    def _add_boosted(self, found: dict[Key, Sums], column: str, credit: QuerySet[Any]) -> None:
        """Add what boosted touches have of the `credit`, per value of `column`: where boosts cost
        something, and their results are compared with that."""
        if not (self.question.is_by_touch and self.spending.has_boosts):
            return
        if column == COLUMN[By.BOOST]:
            for key, sums in found.items():
                if key is not None:
                    sums.all_boosted()
            return
        model = self.question.model
        given = credit.filter(boost_id__isnull=False, kind__in=OF_BOOSTS)
        given = given.exclude(**{model.micro: None})
        grouped = dict.fromkeys((column, "kind", *self.sampling.columns))
        for row in summed(given, model.micro, model.fen, *grouped):
            of_key = found.setdefault(row[column], self.empty(column, row[column]))
            take(of_key, BOOSTED + row["kind"], row, ("count", "fen", "unpriced", "assisted"))

    @cached_property
    def everything(self) -> Sums:
        """The sum of all facts, and of what was spent."""
        credited = self.credit_by_day.values()
        return Sums.of([*credited, self.exposure.everything(), self.spending.total()])

    def total(self, by: By, keys: Keys) -> Sums:
        """The sum of the `keys` of the breakdown, each touch once."""
        parts = [self.credited(by, keys), self.touched(by, keys)]
        if by in COLUMNS and isinstance(keys, Collection):
            parts.append(self.spending.total(by, keys))
        return Sums.of(parts)

    def touched(self, by: By, keys: Keys) -> Sums:
        """What touched the `keys` of the breakdown, each touch once."""
        return self.exposure.total(by, among(by, keys), keys)

    def credited(self, by: By, keys: Keys) -> Sums:
        """What was credited to the `keys` of the breakdown, without what touched them. Assists are
        known of one key alone."""
        credit = self._credit(by, keys)
        found = self._credit_by("kind", credit, self.assists.column(by))
        if by == By.BOOST:
            for sums in found.values():
                sums.all_boosted()
        elif by in COLUMNS:
            self._add_boosted(found, "kind", credit)
        self._add_kept(found, "kind", credit)
        parts = found.values()
        given = list(keys) if isinstance(keys, Collection) else []
        total = Sums.of([self.assists.mark(self.sampling.sums(), COLUMN[by], given), *parts])
        if len(given) != 1:
            total.uncounted.add(ASSISTS)
        return total

    @cached_property
    def credit_by_day(self) -> dict[date, Sums]:
        """Credit per business day: read once for the sum of all facts and for the chart."""
        column = self.column_of_credit(By.DAY)
        found = self._credit_by(column, self._credit(), self.assists.column(None))
        self._add_parts(found, column, self._credit())
        return found

    def orders_by_model(self, by: By, keys: Keys) -> dict[Key, dict[Model, Sums]]:
        """Credit of orders summed per key, under every model."""
        return self._by_model(by, self._credit(by, keys))

    def totals_by_model(self) -> dict[Model, Sums]:
        """Credit of all orders under every model."""
        return self._by_model(None, self.all_models())[None]

    def _by_model(self, by: By | None, facts: QuerySet[Any]) -> dict[Key, dict[Model, Sums]]:
        """Credit of orders summed per key, or all of it as that of None, under every model: all of
        them are read at once."""
        sums: dict[str, Any] = {}
        for model in Model:
            sums[f"{model}_count"] = Sum(model.micro)
            sums[f"{model}_value"] = Sum(model.fen)
            sums[f"{model}_unpriced"] = Sum(model.micro, filter=Q(**{model.fen: None}))
            if assists := self.assists.column(by, model):
                sums[f"{model}_assisted"] = Sum(assists)
        column = COLUMN[by] if by else None
        grouped = [*([column] if column else []), *self.sampling.columns]
        orders = facts.filter(kind=ORDER).values(*grouped)
        rows = orders.annotate(**sums).order_by() if grouped else [orders.aggregate(**sums)]
        found: dict[Key, dict[Model, Sums]] = {} if column else {None: self.no_models(None, None)}
        for row in rows:
            key = row[column] if column else None
            of_key = found.setdefault(key, self.no_models(column, key))
            for model, total in of_key.items():
                parts = [f"{model}_{part}" for part in ("count", "value", "unpriced", "assisted")]
                take(total, ORDER, row, parts)
        return found

    def no_models(self, column: str | None, *keys: Key) -> dict[Model, Sums]:
        """Sums of keys without facts under every model; all keys without a column."""
        return {model: self.assists.mark(self.sampling.sums(), column, keys) for model in Model}

    def orders(self) -> Orders:
        """Every order of the merchant's stores, matched or not, and what else they had."""
        orders, grouped = self.sampling.orders(), ("level", "kind", *self.sampling.columns)
        counted: QuerySet[Any] = self.conversions.values(*grouped).annotate(
            count=Sum("conversions"),
            fen=Sum("value_fen"),
            unpriced=Sum("conversions", filter=Q(value_fen=None)),
            **{f"sum_{what}": Sum(what) for what in COUNTED},
            # Days that are computed without them.
            uncounted=Count("pk", filter=Q(numbers=None)),
        )
        for row in counted.order_by():
            kind, fen, unpriced = row["kind"], int(row["fen"] or 0), row["unpriced"] or 0
            if kind == ORDER:
                orders.orders.take(row["level"], row["count"], *of_sample(row))
                orders.value_fen.take(row["level"], fen, *of_sample(row))
                orders.unpriced.take(row["level"], unpriced, *of_sample(row))
            found = {"conversions": row["count"], "value_fen": fen, "unpriced": unpriced}
            found |= {what: row[f"sum_{what}"] or 0 for what in COUNTED}
            for what, count in found.items():
                orders.counted.take((kind, what), count, *of_sample(row))
            if row["uncounted"]:
                orders.uncounted.update((kind, what) for what in COUNTED)
        return orders
