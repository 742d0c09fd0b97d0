"""The demo's ad server spends within budget, cap and spans, whenever it is asked."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from demo.partners import pacing
from demo.partners.pacing import FINAL, HOUR, STEP, Order
from demo.plan.period import business_day

STARTS = datetime(2026, 3, 1, 16, tzinfo=UTC)
ENDS = STARTS + timedelta(days=7)
ORDER = Order("b1", 2, "running", 70_000, None, "whole", ENDS, ((STARTS, None),))


def spent(order: Order, now: datetime) -> int:
    return sum(row.spend_fen for row in pacing.hours(order, now))


def test_a_boost_that_runs_to_its_end_costs_its_budget() -> None:
    rows = list(pacing.hours(ORDER, ENDS))
    assert len(rows) == 7 * 24
    assert sum(row.spend_fen for row in rows) == 70_000
    assert all(row.is_final and row.revision == FINAL for row in rows)
    by_hour = Counter({row.hour_at: row.spend_fen for row in rows})
    # Nine in the evening, and three at night.
    assert by_hour[STARTS + 21 * HOUR] > 5 * by_hour[STARTS + 3 * HOUR]


def test_budget_and_cap_hold_at_any_moment_and_nothing_that_was_told_is_taken_back() -> None:
    dice = random.Random(4)
    for _number in range(30):
        cap_fen = dice.choice([None, 10_000, 15_000])
        pauses = sorted(dice.sample(range(1, 7 * 24 * 60), 3))
        edges = [STARTS, *(STARTS + timedelta(minutes=minute) for minute in pauses)]
        spans = ((edges[0], edges[1]), (edges[2], edges[3]))
        order = replace(ORDER, budget_fen=dice.randint(7_500, 500_000), daily_cap_fen=cap_fen)
        order = replace(order, spans=spans)
        before = 0
        for now in sorted(STARTS + timedelta(seconds=dice.uniform(0, 700_000)) for _n in range(6)):
            rows = list(pacing.hours(order, now))
            days = Counter[object]()
            for row in rows:
                days[business_day(row.hour_at)] += row.spend_fen
            assert before <= sum(days.values()) <= order.budget_fen
            assert cap_fen is None or all(fen <= cap_fen for fen in days.values())
            assert all(0 <= row.clicks <= row.impressions for row in rows)
            assert {row.hour_at for row in rows if row.spend_fen} <= {
                row.hour_at
                for row in rows
                if any(row.hour_at < end and row.hour_at + HOUR > start for start, end in spans)
            }
            before = sum(days.values())


def test_the_hour_that_runs_rises_step_by_step_and_one_step_says_one_thing() -> None:
    middle = STARTS + 20 * HOUR
    told: dict[int, tuple[int, int, int]] = {}
    for second in range(31, 3_600, 13):
        row = list(pacing.hours(ORDER, middle + timedelta(seconds=second)))[-1]
        assert not row.is_final
        said = row.spend_fen, row.impressions, row.clicks
        assert told.setdefault(row.revision, said) == said
    assert len(told) == HOUR // STEP - 1
    assert list(told.values()) == sorted(told.values())
    final = list(pacing.hours(ORDER, middle + HOUR))[-1]
    assert final.is_final
    assert final.revision > max(told)
    assert final.spend_fen > told[max(told)][0]


def test_nothing_is_spent_in_a_pause_before_the_start_and_after_the_end() -> None:
    assert not list(pacing.hours(replace(ORDER, spans=()), ENDS))
    assert not list(pacing.hours(ORDER, STARTS))
    stopped_at = STARTS + timedelta(hours=30, minutes=25)
    stopped = replace(ORDER, state="stopped", spans=((STARTS, stopped_at),))
    rows = list(pacing.hours(stopped, stopped_at + timedelta(minutes=1)))
    assert len(rows) == 31
    assert rows[-1].is_final, "nothing more comes of its last hour"
    assert spent(stopped, ENDS) == spent(ORDER, stopped_at)


def test_an_hour_of_one_second_has_its_word() -> None:
    """Who waits for the last hour of a boost waits for this one, too."""
    stopped_at = STARTS + 5 * HOUR + timedelta(seconds=1)
    stopped = replace(ORDER, state="stopped", spans=((STARTS, stopped_at),))
    assert list(pacing.hours(stopped, ENDS))[-1].hour_at == STARTS + 5 * HOUR


def test_an_evening_boost_spends_its_budget_in_its_evenings() -> None:
    rows = list(pacing.hours(replace(ORDER, day_part="evening"), ENDS))
    assert sum(row.spend_fen for row in rows) == 70_000
    # The boost begins at a midnight of Shanghai.
    assert {(row.hour_at - STARTS) // HOUR % 24 for row in rows} == {18, 19, 20, 21, 22, 23}
