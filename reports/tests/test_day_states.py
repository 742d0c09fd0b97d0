"""What is known of a day derives from the slices its numbers rest on, and from nothing else."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from merchants.stores.models import Store
from portal import clock
from reports.answers.day_states import DayState, DayStates, Ground
from reports.answers.question import TimeBase
from reports.sources.models import Rhythm, Source, SourceKind
from reports.sources.owed import Owed, Stream, due_at
from reports.sources.slices import Known

TODAY = date(2026, 11, 30)
SINCE = date(2026, 1, 1)
WINDOW = 15
CLOSED = Known(is_closed=True, received=10)


def source(pk: int, **more: Any) -> Source:
    given = {"code": f"s{pk}", "name_en": f"Source {pk}", "rhythm": Rhythm.EACH_DAY, **more}
    return Source(pk=pk, kind=SourceKind.MARKETPLACE, delay_days=1, **given)


COMMUNITY = Stream(source(1), None, SINCE)
TMALL = Stream(source(2), Store(pk=20, name="Tmall store"), SINCE)
JD = Stream(source(3), Store(pk=30, name="JD store"), SINCE)
OWED = Owed((TMALL, JD), (COMMUNITY,), SINCE)


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=k) for k in range((last - first).days + 1)]


def ago(count: int) -> date:
    return TODAY - timedelta(days=count)


def ground(*without: tuple[Stream, date], **more: Any) -> Ground:
    """Everything closed from SINCE until yesterday, but for some slices."""
    known = {(stream.key, on): CLOSED for stream in OWED.streams for on in days(SINCE, ago(1))}
    for stream, on in without:
        known.pop((stream.key, on))
    now = clock.start_of(TODAY) + timedelta(hours=12)
    return replace(Ground(OWED, known, TODAY, now, window_days=WINDOW), **more)


def state(on: date, given: Ground) -> DayState:
    return DayStates([on], given)[on].state


def test_a_day_whose_slices_are_all_closed_is_final_once_nothing_is_sent_back_any_more() -> None:
    assert state(ago(16), ground()) == DayState.FINAL
    assert state(ago(15), ground()) == DayState.PROVISIONAL
    assert DayStates([ago(16)], ground()).is_final
    assert not DayStates([ago(15)], ground()).is_final


def test_by_touch_day_orders_of_the_whole_window_come_first() -> None:
    by_touch = ground(base=TimeBase.TOUCH)
    assert state(ago(WINDOW + 16), by_touch) == DayState.FINAL
    assert state(ago(WINDOW + 15), by_touch) == DayState.PROVISIONAL
    assert state(ago(WINDOW), by_touch) == DayState.COLLECTING


def test_an_order_day_waits_for_touches_of_its_window_and_a_touch_day_for_orders_of_its() -> None:
    day = ago(40)
    first, before = day - timedelta(days=WINDOW), day - timedelta(days=WINDOW + 1)
    assert state(day, ground((COMMUNITY, first))) == DayState.COLLECTING
    assert state(day, ground((COMMUNITY, before))) == DayState.FINAL
    last, after = day + timedelta(days=WINDOW), day + timedelta(days=WINDOW + 1)
    by_touch = {"base": TimeBase.TOUCH}
    assert state(day, ground((JD, last), **by_touch)) == DayState.COLLECTING
    assert state(day, ground((JD, after), **by_touch)) == DayState.FINAL


def test_a_store_that_sends_nothing_while_another_does_leaves_the_day_collecting() -> None:
    assert state(ago(5), ground((JD, ago(5)))) == DayState.COLLECTING


def test_a_day_of_which_no_orders_came_is_a_gap_and_so_is_one_without_touches() -> None:
    assert state(ago(5), ground((JD, ago(5)), (TMALL, ago(5)))) == DayState.GAP
    assert state(ago(5), ground((COMMUNITY, ago(5)))) == DayState.GAP


def test_a_closed_slice_without_rows_says_that_there_are_none() -> None:
    known = dict(ground().known)
    known |= {(stream.key, ago(5)): Known(is_closed=True) for stream in (TMALL, JD)}
    assert state(ago(5), ground(known=known)) == DayState.PROVISIONAL


def test_rows_of_a_day_that_nobody_calls_whole_are_collected() -> None:
    known = {key: Known(received=3) for key in ground().known}
    assert state(ago(40), ground(known=known)) == DayState.COLLECTING
    assert DayStates([ago(40)], ground(known=known)).percent == 0


def test_days_before_the_first_live_listing_are_not_applicable_and_nobody_waits_for_them() -> None:
    states = DayStates(days(SINCE - timedelta(days=3), SINCE), ground())
    assert [day.state for day in states] == [DayState.NOT_APPLICABLE] * 3 + [DayState.FINAL]
    assert states.percent == 100
    assert states.is_complete
    never = DayStates([ago(5)], ground(owed=Owed((), (), None)))
    assert [day.state for day in never] == [DayState.NOT_APPLICABLE]
    assert (never.percent, never.is_complete, never.missing) == (None, False, [])


def test_a_suspended_day_is_withheld_whatever_came() -> None:
    states = DayStates([ago(5)], ground(withheld=lambda on: on == ago(5)))
    assert states[ago(5)].state == DayState.WITHHELD
    assert not states.is_complete


def test_today_is_running_and_never_complete() -> None:
    known = dict(ground().known)
    known |= {(stream.key, TODAY): CLOSED for stream in OWED.streams}
    states = DayStates([TODAY], ground(known=known))
    assert states[TODAY].is_running
    assert not states.is_complete
    assert not DayStates([ago(1)], ground())[ago(1)].is_running


def test_the_word_complete_goes_with_one_open_slice_and_with_one_missing_row() -> None:
    asked = days(ago(60), ago(31))
    assert DayStates(asked, ground()).is_complete
    for stream, on in ((JD, ago(31)), (COMMUNITY, ago(75))):
        assert not DayStates(asked, ground((stream, on))).is_complete
        known = {**ground().known, (stream.key, on): replace(CLOSED, missing=1)}
        with_missing = DayStates(asked, ground(known=known))
        assert not with_missing.is_complete
        assert with_missing.are_comparable
        assert with_missing.missing_rows == 1
        assert with_missing.percent == 99


def test_percent_is_closed_of_owed_rounded_down_where_nobody_says_how_many_rows() -> None:
    # 30 days of two stores, and touches of 45 days.
    asked = days(ago(60), ago(31))
    assert DayStates(asked, ground()).percent == 100
    assert DayStates(asked, ground((JD, ago(40)))).percent == 99
    without = [(TMALL, on) for on in asked[:10]]
    assert DayStates(asked, ground(*without)).percent == 100 * 95 // 105


def test_percent_is_rows_of_those_expected_where_every_slice_says_how_many() -> None:
    asked = [ago(40)]
    owed = Owed((TMALL,), (COMMUNITY,), SINCE)
    known = {
        (TMALL.key, ago(40)): Known(received=60, expected=100),
        (COMMUNITY.key, ago(40)): Known(is_closed=True, received=300, expected=100),
    }
    given = ground(owed=owed, known=known, window_days=0)
    # More than expected on one side does not make up for less on the other.
    assert DayStates(asked, given).percent == 80


def test_rows_that_lack_in_a_file_of_several_stores_and_days_are_counted_once() -> None:
    other = replace(TMALL, store=Store(pk=21, name="Second store"))
    asked = days(ago(60), ago(54))
    owed = Owed((TMALL, other, JD), (COMMUNITY,), SINCE)
    lacks = replace(CLOSED, missing=12, counted_in=7, is_of_all=True)
    known = dict(ground().known)
    known |= {(of.key, on): lacks for of in (TMALL, other) for on in asked}
    known |= {(JD.key, ago(54)): replace(CLOSED, missing=2)}
    states = DayStates(asked, ground(owed=owed, known=known))
    assert states.missing_rows == 14
    assert {(one.stream.store, len(one.days), one.rows, one.is_of_all) for one in states.short} == {
        (None, 7, 12, True), (JD.store, 1, 2, False),
    }  # fmt: skip
    assert [(one.missing_rows, one.may_be_fewer) for one in (states[ago(60)], states[ago(54)])] == [
        (12, True), (14, True),
    ]  # fmt: skip


def test_what_is_missing_is_named_with_the_moment_it_is_due() -> None:
    asked = [ago(2), ago(1), TODAY]
    states = DayStates(asked, ground((JD, ago(2)), (JD, ago(1))))
    late, *rest = sorted(states.missing, key=lambda one: one.due_at)
    assert (late.stream, late.days) == (JD, (ago(2), ago(1), TODAY))
    assert late.due_at == clock.start_of(TODAY)
    assert late.is_overdue
    assert {one.stream: one.days for one in rest} == {TMALL: (TODAY,), COMMUNITY: (TODAY,)}
    assert not any(one.is_overdue for one in rest)


@pytest.mark.parametrize(
    ("rhythm", "last_on"),
    [
        (Rhythm.EACH_DAY, date(2026, 2, 11)),
        (Rhythm.EACH_WEEK, date(2026, 2, 15)),
        (Rhythm.EACH_MONTH, date(2026, 2, 28)),
    ],
)
def test_a_slice_is_due_its_delay_after_the_day_week_or_month(
    rhythm: Rhythm, last_on: date
) -> None:
    due = due_at(date(2026, 2, 11), rhythm, 2)
    assert due == clock.start_of(last_on + timedelta(days=3))
    assert isinstance(due, datetime)
    assert due_at(date(2026, 12, 31), Rhythm.EACH_MONTH, 0) == clock.start_of(date(2027, 1, 1))


def _named(states: DayStates) -> set[tuple[Stream, date]]:
    return {(one.stream, on) for one in states.missing for on in one.days}


@pytest.mark.parametrize("base", TimeBase)
def test_200_of_200_planted_gaps_are_named_and_nothing_else(base: TimeBase) -> None:
    chance = random.Random(6)
    asked = days(ago(200), ago(40))
    every = [(stream, on) for stream in OWED.streams for on in asked]
    planted = set(chance.sample(every, 200))
    states = DayStates(asked, ground(*planted, base=base))
    assert _named(states) == planted
    assert not states.is_complete
    assert (states.percent or 0) < 100
    for stream, on in planted:
        assert states[on].state in {DayState.GAP, DayState.COLLECTING}, stream
    # What the states say of each day is what looking at each slice says.
    for on in asked:
        assert states[on].state == slowly(on, planted, base), on


def slowly(on: date, open_slices: Iterable[tuple[Stream, date]], base: TimeBase) -> DayState:
    gone = {(stream.key, day) for stream, day in open_slices}
    step = -1 if base == TimeBase.ORDER else 1
    window = [on + timedelta(days=step * k) for k in range(WINDOW + 1)]
    orders, touches = ([on], window) if base == TimeBase.ORDER else (window, [on])
    no_orders = {(TMALL.key, on), (JD.key, on)} <= gone
    # Touches are counted on their own day, whatever comes of their orders.
    if (COMMUNITY.key, on) in gone or (base == TimeBase.ORDER and no_orders):
        return DayState.GAP
    wanted = {(stream.key, day) for stream in (TMALL, JD) for day in orders}
    wanted |= {(COMMUNITY.key, day) for day in touches}
    return DayState.COLLECTING if wanted & gone else DayState.FINAL


def test_by_touch_day_touches_are_counted_before_any_of_their_orders_come() -> None:
    """Without a row of the whole window nothing is known of the orders; without touches of the day
    nothing is known at all; and where senders say that nothing was sold, that is known."""
    without = [(store, ago(age)) for store in (JD, TMALL) for age in range(1, 6)]
    by_touch = {"base": TimeBase.TOUCH}
    first = DayStates([ago(5)], ground(*without, **by_touch))[ago(5)]
    assert (first.state, first.has_orders) == (DayState.COLLECTING, False)
    before = DayStates([ago(6)], ground(*without, **by_touch))[ago(6)]
    assert (before.state, before.has_orders) == (DayState.COLLECTING, True)
    assert state(ago(5), ground((COMMUNITY, ago(5)), **by_touch)) == DayState.GAP
    known = dict(ground().known)
    known |= {(store.key, ago(age)): Known(is_closed=True) for store in (JD, TMALL)
              for age in range(1, 6)}  # fmt: skip
    nothing_sold = DayStates([ago(5)], ground(known=known, **by_touch))[ago(5)]
    assert nothing_sold.has_orders
