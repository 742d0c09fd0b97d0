"""What is known of the days of a report: what came, what is computed, out of date, or missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from portal import clock
from reports.answers.day_states import Day, DayState, DayStates, Ground, reach_of
from reports.answers.question import Question
from reports.answers.sampled_days import Sampling
from reports.answers.withholding import Withheld, Withholding, withholding
from reports.attribution.code import code_version
from reports.attribution.models import ReportDay, ReportDayQuerySet, Run
from reports.attribution.restatements import Restatement, RestatementQuerySet
from reports.metrics import printing
from reports.sources import owed, refunds, slices
from reports.sources.refunds import Longest


@dataclass(frozen=True)
class Coverage:
    """The business days that are read against what has arrived, and what is computed of it.

    `asked` are the days asked for and, by the day of the touch, those on which they may earn, too.
    `report_days` are the current ones of days that have numbers. A day that is computed although
    nothing arrived has none: computed is not received. A stale day is computed, but events arrived
    since that it does not contain. On an open day of touches the window runs, so that they may
    still earn. With `as_of` all of it is told of that moment.
    """

    asked: list[date]
    report_days: list[ReportDay]
    kept: ReportDayQuerySet
    open_days: list[date]
    states: DayStates
    withheld_by: Withholding
    refund_period: Longest
    as_of: datetime | None = None
    merchant_id: int | None = None
    # What came along with the report days: the newest of all, and which of them were restated.
    newest: date | None = None
    changed: frozenset[date] = frozenset()

    @cached_property
    def computed_until(self) -> date | None:
        """The newest of all days that are computed."""
        return self.newest or self.kept.order_by("-on").values_list("on", flat=True).first()

    @property
    def report_day_pks(self) -> list[int]:
        return [day.pk for day in self.report_days]

    @cached_property
    def blank(self) -> list[date]:
        """Days asked for without numbers, for whatever reason."""
        computed = {day.on for day in self.report_days}
        return [day.on for day in self.states if not day.is_shown or day.on not in computed]

    @cached_property
    def gaps(self) -> list[date]:
        """Days that should have numbers and have none: not arrived, or not computed."""
        excused = {*self.withheld, *self.not_applicable}
        computed = {day.on for day in self.report_days}
        missing = {*self.blank, *(day for day in self.asked if day not in computed)}
        return sorted(missing - excused)

    @cached_property
    def not_arrived(self) -> list[date]:
        return self.states.of(DayState.GAP)

    @cached_property
    def without_orders(self) -> list[date]:
        """By touch day: days whose touches are counted, and of whose orders nothing has come."""
        blank = set(self.blank)
        return [day.on for day in self.states if not day.has_orders and day.on not in blank]

    @cached_property
    def not_computed(self) -> list[date]:
        """Days that wait for a run, and for nothing else."""
        missing = set(self.not_arrived)
        return [day for day in self.gaps if day not in missing]

    @cached_property
    def withheld(self) -> list[date]:
        return self.states.of(DayState.WITHHELD)

    @property
    def withheld_spans(self) -> list[tuple[date, date]]:
        return spans(self.withheld)

    @cached_property
    def suspensions(self) -> list[Withheld]:
        """Why days are withheld: each suspension with those of them that it withholds."""
        return self.withheld_by.of(self.withheld)

    @cached_property
    def final_from(self) -> date | None:
        """The first day on which all of the provisional days are final; None where none is."""
        provisional = self.states.of(DayState.PROVISIONAL)
        return max((self.states[on].final_from for on in provisional), default=None)

    @property
    def has_numbers(self) -> bool:
        """Whether any of the days asked for has."""
        return len(self.blank) < len(list(self.states))

    @cached_property
    def not_applicable(self) -> list[date]:
        return self.states.of(DayState.NOT_APPLICABLE)

    @cached_property
    def stale(self) -> list[date]:
        return [day.on for day in self.report_days if day.was_stale_at(self.as_of)]

    @cached_property
    def of_other_code(self) -> list[date]:
        """The days that another version of the code computed: this one may count otherwise. What
        stands in the place of a copy of then is told of that."""
        shown = [day for day in self.report_days if day.superseded_at is None]
        return [day.on for day in shown if day.code_version != code_version()]

    @cached_property
    def code_versions(self) -> dict[str, list[date]]:
        """Which days each version of the code computed that is shown: a copy keeps its own."""
        found: dict[str, list[date]] = {}
        for day in self.report_days:
            found.setdefault(day.run.code_version, []).append(day.on)
        return dict(sorted(found.items()))

    @cached_property
    def running(self) -> list[date]:
        """Days that are not over: all that is said of them may still grow."""
        excused = {*self.withheld, *self.not_applicable}
        return [day.on for day in self.states if day.is_running and day.on not in excused]

    @cached_property
    def restatements(self) -> list[Restatement]:
        """What changed of the days shown after they were over, the newest last."""
        return list(self._restatements.with_reasons().order_by("at", "pk"))

    @cached_property
    def restated(self) -> list[date]:
        return [on for on in self._told_whole if on in self.changed]

    @property
    def _restatements(self) -> RestatementQuerySet:
        found = Restatement.objects.filter(merchant=self.merchant_id, on__in=self._told_whole)
        return found.known_at(self.as_of)

    @property
    def _told_whole(self) -> list[date]:
        """What the whole day was, is not told of one that is withheld."""
        return [day.on for day in self.report_days if not self.withheld_by.of_orders(day.on)]

    @cached_property
    def samples(self) -> "list[Sample]":
        """Of which days less than everything was sent, and how much; the smallest part first."""
        sampling = Sampling(self.report_days)
        return [Sample(ratio, spans(sampling.days(ratio))) for ratio in sampling.ratios]

    @cached_property
    def told_days(self) -> "dict[date, ToldDay]":
        """What is said of each day asked for: what arrived of it, and whether that is in."""
        blank, stale = set(self.blank), set(self.stale)
        return {day.on: ToldDay(day, day.on not in blank, day.on in stale) for day in self.states}

    @property
    def is_whole(self) -> bool:
        """Whether all that the days rest on has arrived, none missing, and is in the numbers."""
        lacking = self.gaps or self.withheld or self.stale or self.open_days
        return self.states.is_complete and not lacking

    @property
    def computed_at(self) -> datetime | None:
        """When the newest of the days shown was published."""
        return max((day.published_at for day in self.report_days), default=None)

    @cached_property
    def runs(self) -> list[Run]:
        """The runs whose facts are shown, newest first."""
        runs = {day.run_id: day.run for day in self.report_days}
        return [runs[pk] for pk in sorted(runs, reverse=True)]


@dataclass(frozen=True)
class ToldDay:
    """A day, and whether its numbers are shown and miss events that arrived since."""

    day: Day
    is_computed: bool
    is_stale: bool

    @property
    def is_complete(self) -> bool:
        """Whether all that it rests on is there, none missing, and in its numbers."""
        return self.day.is_complete and self.is_computed and not self.is_stale


@dataclass(frozen=True)
class Sample:
    """Which part of the users' events was sent, and of which days."""

    part: Fraction
    spans: list[tuple[date, date]]

    @property
    def ratio(self) -> str:
        """Such as “0.5”."""
        return printing.decimal_of(self.part)

    @property
    def share(self) -> str:
        """Such as “50%”."""
        return printing.sample([self.part])


def coverage(question: Question) -> Coverage:
    """The coverage of `question`, in a bounded number of queries."""
    states, ground = _known_of(question)
    restated = Restatement.objects.filter(merchant=OuterRef("merchant"), on=OuterRef("on"))
    days: list[Any] = list(
        report_days(question)
        .select_related("run", "checked_by")
        .annotate(
            newest=Subquery(kept(question).order_by("-on").values("on")[:1]),
            is_restated=Exists(restated.known_at(question.as_of)),
        )
    )
    return Coverage(
        question.days_read,
        [day for day in days if question.is_by_touch or states[day.on].is_shown],
        kept(question),
        question.open_days,
        states,
        ground.withheld_by,
        ground.refund_period,
        as_of=question.as_of,
        merchant_id=question.merchant.pk,
        newest=days[0].newest if days else None,
        changed=frozenset(day.on for day in days if day.is_restated),
    )


def states_of(question: Question) -> DayStates:
    """What is known, or was at the moment asked for, of the days that `question` asks for."""
    states, _ground = _known_of(question)
    return states


@dataclass(frozen=True)
class _Known:
    """What the states of days rest on beside the slices."""

    withheld_by: Withholding
    refund_period: Longest


def _known_of(question: Question) -> tuple[DayStates, _Known]:
    reached = reach_of(
        question.first_on,
        question.last_on,
        base=question.time_base,
        window_days=question.window_days,
    )
    owing = owed.owed_to(question.merchant, as_of=question.as_of)
    moment = question.as_of or clock.now()
    known = _Known(
        withholding(question, owing, as_of=moment),
        refunds.longest(question.merchant, as_of=question.as_of),
    )
    ground = Ground(
        owed=owing,
        known=slices.known(owing, first_on=reached[0], last_on=reached[1], as_of=question.as_of),
        today=clock.day_of(moment),
        now=moment,
        base=question.time_base,
        window_days=question.window_days,
        refund_days=known.refund_period.days,
        withheld=known.withheld_by,
    )
    return DayStates(question.days, ground), known


def report_days(question: Question) -> ReportDayQuerySet:
    """The report days that `question` reads, by date; those not computed are missing.

    By the day of the touch a day is missing, too, whose credit does not say when it was earned.
    """
    days = kept(question).filter(on__range=question.order_days).order_by("on")
    return days.filter(has_touch_days=True) if question.is_by_touch else days


def kept(question: Question) -> ReportDayQuerySet:
    """All days of the merchant that are current, or were at the moment that is asked for."""
    days = ReportDay.objects.filter(merchant=question.merchant)
    return days.current() if question.as_of is None else days.current_at(question.as_of)


def spans(days: Iterable[date]) -> list[tuple[date, date]]:
    """Sorted days as spans of consecutive ones: 1, 2, 3, 7 is (1, 3), (7, 7)."""
    found: list[tuple[date, date]] = []
    for day in days:
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found
