"""Which kinds of events never come, so that a number made of them is a dash and not 0.

A kind is not connected where no source has said that it sends it and not one event of it is in the
days that are read: what came although nobody had said so is shown.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from merchants.stores.models import Store
from portal import clock
from reports.answers.question import By, Question
from reports.attribution.models import ConversionFact, TouchSum
from reports.events.contract import TOUCHPOINTS
from reports.metrics.meanings import MADE_OF, POPULATIONS
from reports.metrics.registry import Metric, Of
from reports.sources.capability import Capability, of_parties
from reports.sources.models import MARKETPLACE_STORE_KINDS, EventKind

NOTHING_LACKS: frozenset[str] = frozenset()
_DAY = timedelta(days=1)


class Connected:
    """What comes for a merchant and the days that a question is about, as it was known then.

    Conversions come for a kind of store, touches for all of them.
    """

    def __init__(self, question: Question, report_day_pks: list[int]) -> None:
        self._question, self._report_day_pks = question, report_day_pks

    @cached_property
    def lacking(self) -> frozenset[str]:
        """The kinds of facts that none of the merchant's stores has, nor its notes."""
        return self._lacking(self._store_kinds, self._question.days)

    def of_row(self, by: By, key: Any, store_kind: str = "") -> frozenset[str]:
        """Those that the row of `key` lacks; `store_kind` is that of a listing's store."""
        if by == By.DAY:
            return self._lacking(self._store_kinds, [key])
        kind = str(key) if by == By.STORE_KIND else store_kind
        return self._lacking({kind}, self._question.days) if kind else self.lacking

    def partly(self, metric: Metric[Of]) -> list[str]:
        """The kinds of store that lack what `metric` is made of, where others have it."""
        if metric.kinds & self.lacking:
            return []
        return [
            kind for kind in sorted(self._store_kinds)
            if metric.kinds & self._lacking({kind}, self._question.days)
        ]  # fmt: skip

    def days_without(self, metric: Metric[Any]) -> list[date]:
        """The days asked for on which something that `metric` is made of was not sent, although it
        was on others; of the kinds of stores for which it is sent at all. By the day of the touch
        also those in whose window it was not sent on some days: what their touches earned then is
        not in their number."""
        if not metric.kinds & self._changing:
            return []
        days = self._question.days
        kinds = [
            kind for kind in self._store_kinds if not metric.kinds & self._lacking({kind}, days)
        ]
        return [
            on
            for on in days
            if any(metric.kinds & self._lacking_within(kind, on) for kind in kinds)
        ]

    def is_partly_on(self, metric: Metric[Any], days: Collection[date]) -> bool:
        """Whether some of what `metric` is made of is in its number on days on which not all was
        sent: what was sent on all days or, by the day of the touch, in another part of a window."""
        if not metric.kinds <= self._changing:
            return True
        return any(not metric.kinds & self._lacking(self._store_kinds, [on]) for on in days)

    @cached_property
    def _changing(self) -> frozenset[str]:
        """The kinds of facts that a source began, or ceased, to send all of."""
        changing = self._began_or_ceased
        return frozenset(
            kind for kind in POPULATIONS if MADE_OF.get(kind, frozenset({kind})) & changing
        )

    @cached_property
    def _began_or_ceased(self) -> frozenset[str]:
        """What a source sends all of on some of the days that are read, and not on others."""
        first, last = self._question.order_days
        return frozenset[str]().union(*(one.changing(first, last) for one in self._capabilities))

    def _lacking(self, store_kinds: Iterable[str], days: list[date]) -> frozenset[str]:
        if not self._began_or_ceased:
            # All days are alike.
            days = self._question.days
        key = (frozenset(store_kinds), days[0], days[-1])
        if key not in self._found:
            self._found[key] = frozenset(self._not_sent(*key))
        return self._found[key]

    def _not_sent(
        self, store_kinds: frozenset[str], first_on: date, last_on: date
    ) -> Iterable[str]:
        if not store_kinds:
            # Who never had a live listing is owed nothing.
            return
        days = self._question.days
        all_days = days[0], days[-1]
        sent = self._sent(store_kinds, first_on, last_on)
        ever_sent = self._sent(store_kinds, *all_days)
        for kind in POPULATIONS:
            made_of = MADE_OF.get(kind, {kind})
            if made_of <= sent:
                continue
            # What began to be sent meanwhile says nothing of the days before.
            of = (first_on, last_on) if made_of <= ever_sent else all_days
            if not self._has_come(kind, store_kinds, *of):
                yield kind

    def _lacking_within(self, store_kind: str, on: date) -> frozenset[str]:
        """The kinds that are lacking on a day or, by the day of the touch, on one in its window."""
        if not self._question.is_by_touch:
            return self._lacking({store_kind}, [on])
        first, last = self._order_days(on, on)
        window = [first + step * _DAY for step in range((last - first).days + 1)]
        later = frozenset[str]().union(*(self._orders_lacking(store_kind, day) for day in window))
        return self._lacking({store_kind}, [on]) | later

    def _orders_lacking(self, store_kind: str, order_day: date) -> frozenset[str]:
        """The kinds of conversions that were not sent of one day of orders, and have not come,
        although they were sent of others that are read."""
        key = (store_kind, order_day)
        if key not in self._found_of_orders:
            sent = self._sent_of_orders(store_kind, order_day, order_day)
            ever = self._sent_of_orders(store_kind, *self._question.order_days)
            self._found_of_orders[key] = frozenset(
                kind
                for kind in POPULATIONS
                if kind not in TOUCHPOINTS.choices("kind")
                and not (made_of := MADE_OF.get(kind, frozenset({kind}))) <= sent
                and made_of <= ever
                and order_day not in self._conversions.get((store_kind, kind), ())
            )
        return self._found_of_orders[key]

    def _sent_of_orders(self, store_kind: str, first_on: date, last_on: date) -> frozenset[str]:
        return frozenset[str]().union(
            *(
                one.on(first_on, last_on)
                for one in self._capabilities
                if one.events != EventKind.TOUCHPOINTS
                and store_kind in MARKETPLACE_STORE_KINDS[one.marketplace]
            )
        )

    def _sent(self, store_kinds: frozenset[str], first_on: date, last_on: date) -> set[str]:
        """The kinds that were declared for at least one of the days."""
        sent, credited = set[str](), self._order_days(first_on, last_on)
        for one in self._capabilities:
            if one.events == EventKind.TOUCHPOINTS:
                sent |= one.on(first_on, last_on)
            elif store_kinds & MARKETPLACE_STORE_KINDS[one.marketplace]:
                sent |= one.on(*credited)
        return sent

    def _has_come(
        self, kind: str, store_kinds: frozenset[str], first_on: date, last_on: date
    ) -> bool:
        if kind in TOUCHPOINTS.choices("kind"):
            return any(first_on <= on <= last_on for on in self._touches.get(kind, ()))
        first, last = self._order_days(first_on, last_on)
        return any(
            first <= on <= last
            for store_kind in store_kinds
            for on in self._conversions.get((store_kind, kind), ())
        )

    def _order_days(self, first_on: date, last_on: date) -> tuple[date, date]:
        """By the day of the touch conversions may come until the window has passed."""
        asked = self._question
        window = asked.window_days if asked.is_by_touch else 0
        return first_on, min(last_on + window * _DAY, asked.order_days[1])

    @cached_property
    def _found(self) -> dict[tuple[frozenset[str], date, date], frozenset[str]]:
        return {}

    @cached_property
    def _found_of_orders(self) -> dict[tuple[str, date], frozenset[str]]:
        return {}

    @cached_property
    def _capabilities(self) -> list[Capability]:
        return of_parties(as_of=self._question.as_of)

    @cached_property
    def _store_kinds(self) -> frozenset[str]:
        """Of the stores that had a live listing by then: what is asked as of then does not change
        with the stores of today."""
        moment = self._question.as_of or clock.now()
        stores = Store.objects.filter(
            merchant=self._question.merchant, products__listings__periods__live_from__lte=moment
        )
        return frozenset(stores.order_by().values_list("kind", flat=True).distinct())

    @cached_property
    def _conversions(self) -> dict[tuple[str, str], set[date]]:
        """The days that are read by the kinds of stores and of facts that are in them."""
        asked = self._question
        came = ConversionFact.objects.filter(
            **self._read, on__range=asked.order_days, window_days=asked.window_days
        )
        found = defaultdict[tuple[str, str], set[date]](set)
        for store_kind, kind, on in (
            came.order_by().values_list("store_kind", "kind", "on").distinct()
        ):
            found[store_kind, kind].add(on)
        return dict(found)

    @cached_property
    def _touches(self) -> dict[str, set[date]]:
        """The days asked for by the kinds of touches that are in them."""
        asked = self._question
        came = TouchSum.objects.filter(**self._read, on__range=(asked.first_on, asked.last_on))
        found = defaultdict[str, set[date]](set)
        for kind, on in came.order_by().values_list("kind", "on").distinct():
            found[kind].add(on)
        return dict(found)

    @property
    def _read(self) -> dict[str, Any]:
        return {
            "merchant_id": self._question.merchant.pk,
            "report_day_id__in": self._report_day_pks,
        }
