"""Which of a merchant's days are withheld, and why: the one home of that rule.

The data of a source may be suspended for a category. A day of a merchant is withheld as a whole, in
every breakdown, when any slice that its numbers rest on is of such data: his store sells something
of the category, and the source reports that store or everybody's touches. What is left of the day
would be a part that looks like the whole.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from reports.answers.question import Question, TimeBase
from reports.sources.models import EventKind
from reports.sources.owed import Owed
from reports.sources.suspensions import DataSuspension, Held, held, period


@dataclass(frozen=True)
class Span:
    """The days of a merchant that one suspension withholds; `last_on` is None without an end.

    `until_on` is the last day of the suspended data themselves.
    """

    suspension: DataSuspension
    first_on: date
    last_on: date | None
    until_on: date | None

    def __contains__(self, on: date) -> bool:
        return self.first_on <= on and (self.last_on is None or on <= self.last_on)


@dataclass(frozen=True)
class Withheld:
    """A suspension and the days asked for that it withholds; its end is that of the moment."""

    suspension: DataSuspension
    last_on: date | None
    days: list[date]

    @property
    def name(self) -> str:
        """Whose data they are, and of what, in the language of the reader."""
        return f"{self.suspension.source} · {self.suspension.about}"

    @property
    def period(self) -> str:
        """The days of the suspended data themselves, for people."""
        return period(self.suspension.first_on, self.last_on)

    @property
    def sentence(self) -> str:
        return f"{self.name}, {self.period}: {self.suspension.reason}"


class Withholding:
    """Says of each day whether it is withheld; `of_orders` by the day of the order."""

    def __init__(self, spans: list[Span], order_spans: list[Span]) -> None:
        self._spans, self._order_spans = spans, order_spans

    def __call__(self, on: date) -> bool:
        return any(on in span for span in self._spans)

    def of_orders(self, on: date) -> bool:
        return any(on in span for span in self._order_spans)

    def of(self, days: Iterable[date]) -> list[Withheld]:
        """The suspensions that withhold some of `days`, each with these."""
        asked = list(days)
        found = [
            Withheld(span.suspension, span.until_on, [on for on in asked if on in span])
            for span in self._spans
        ]
        return [one for one in found if one.days]


def withholding(question: Question, owed: Owed, *, as_of: datetime) -> Withholding:
    """What is withheld of the days of `question`, as it was known at a moment; in one query."""
    stores = _stores(owed)
    known = held(stores, as_of=as_of) if stores else []
    return _of_owed(owed, known, base=question.time_base, window_days=question.window_days)


def withholding_of_many(
    owed: Mapping[int, Owed], *, base: TimeBase, window_days: int, as_of: datetime
) -> dict[int, Withholding]:
    """What is withheld of the days of each of many merchants, by primary key; in one query."""
    stores = {pk for one in owed.values() for pk in _stores(one)}
    known = held(stores, as_of=as_of) if stores else []
    found = {}
    for merchant, its in owed.items():
        own = frozenset(_stores(its))
        concerned = [replace(one, stores=one.stores & own) for one in known if one.stores & own]
        found[merchant] = _of_owed(its, concerned, base=base, window_days=window_days)
    return found


def _of_owed(owed: Owed, known: Iterable[Held], *, base: TimeBase, window_days: int) -> Withholding:
    stores, known = _stores(owed), list(known)

    def spans(base: TimeBase) -> list[Span]:
        found = [_span(one, _since(one, stores, owed), base, window_days) for one in known]
        return [span for span in found if span]

    by_order = spans(TimeBase.ORDER)
    return Withholding(spans(TimeBase.TOUCH) if base == TimeBase.TOUCH else by_order, by_order)


def _stores(owed: Owed) -> dict[int, date]:
    """The stores that send orders, each with the day from which they are owed."""
    return {stream.store.pk: stream.since for stream in owed.conversions if stream.store}


def _since(one: Held, stores: dict[int, date], owed: Owed) -> date:
    """The day from which the merchant's numbers rest on the source: touches are everybody's."""
    if one.suspension.source.events == EventKind.TOUCHPOINTS and owed.since:
        return owed.since
    return min(stores[pk] for pk in one.stores)


def _span(one: Held, since: date, base: TimeBase, window_days: int) -> Span | None:
    """The days whose numbers rest on what is suspended from `since` on; None where none do.

    By the day of the order a day rests on the touches of the window before it, by the day of the
    touch on the orders of the window behind it.
    """
    first_on, last_on = max(one.first_on, since), one.last_on
    if last_on is not None and last_on < first_on:
        return None
    window = timedelta(days=window_days)
    is_of_touches = one.suspension.source.events == EventKind.TOUCHPOINTS
    if base == TimeBase.ORDER and is_of_touches and last_on is not None:
        return Span(one.suspension, first_on, last_on + window, one.last_on)
    if base == TimeBase.TOUCH and not is_of_touches:
        return Span(one.suspension, first_on - window, last_on, one.last_on)
    return Span(one.suspension, first_on, last_on, one.last_on)
