"""How much of what an ad server said is captured: a function of the hours as they are."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from campaigns.delivery.capping import Kept, Refusal, Said, Taken, split, split_settled
from portal import clock

# 16:00 UTC is midnight in Shanghai.
MIDNIGHT = datetime(2026, 3, 1, 16, tzinfo=UTC)
HOUR = timedelta(hours=1)


def hour(number: int, spend_fen: int, counts: bool = True) -> Said:
    """The hour `number` after MIDNIGHT, before it when negative."""
    return Said(MIDNIGHT + number * HOUR, spend_fen, counts)


hours = st.dictionaries(
    st.integers(-30, 60), st.tuples(st.integers(0, 400), st.booleans()), max_size=40
).map(lambda told: [hour(number, *said) for number, said in told.items()])
caps = st.none() | st.integers(0, 1_000)
budgets = st.integers(0, 5_000)


def by_day(taken: list[Taken]) -> Counter[date]:
    """What is captured of each business day."""
    captured: Counter[date] = Counter()
    for one in taken:
        captured[one.on] += one.captured_fen
    return captured


@given(hours, caps, budgets)
def test_what_is_captured_and_refused_is_what_was_said(
    said: list[Said], cap_fen: int | None, held_fen: int
) -> None:
    taken = split(said, cap_fen=cap_fen, held_fen=held_fen)
    told = {one.hour_at: one.spend_fen for one in said}
    assert {one.hour_at: one.captured_fen + one.refused_fen for one in taken} == told
    assert all(one.captured_fen >= 0 and one.refused_fen >= 0 for one in taken)
    assert all(bool(one.refusal) == bool(one.refused_fen) for one in taken)
    assert sum(one.captured_fen for one in taken) <= held_fen


@given(hours, caps, budgets)
def test_no_day_captures_more_than_its_cap_and_nothing_is_refused_for_nothing(
    said: list[Said], cap_fen: int | None, held_fen: int
) -> None:
    taken = split(said, cap_fen=cap_fen, held_fen=held_fen)
    captured = by_day(taken)
    assert cap_fen is None or all(fen <= cap_fen for fen in captured.values())
    for one in taken:
        counts = next(each.counts for each in said if each.hour_at == one.hour_at)
        assert (one.refusal == Refusal.OUTSIDE_SPANS) == (not counts and one.refused_fen > 0)
        assert one.refusal != Refusal.OVER_CAP or captured[one.on] == cap_fen
        if one.refusal == Refusal.OVER_BUDGET:
            assert sum(each.captured_fen for each in taken) == held_fen


@given(st.data())
def test_the_order_of_hours_does_not_matter(data: st.DataObject) -> None:
    said = data.draw(hours)
    other = data.draw(st.permutations(said))
    assert split(said, cap_fen=500, held_fen=2_000) == split(other, cap_fen=500, held_fen=2_000)


def test_the_cap_is_of_the_day_in_shanghai() -> None:
    taken = split([hour(-1, 80), hour(0, 80), hour(1, 80)], cap_fen=100, held_fen=1_000)
    assert [one.captured_fen for one in taken] == [80, 80, 20]
    assert taken[2].refusal == Refusal.OVER_CAP
    assert taken[0].on == clock.day_of(MIDNIGHT) - timedelta(days=1)


def test_a_correction_downwards_frees_the_cap_of_its_day_and_the_budget_of_later_ones() -> None:
    before = split([hour(-2, 90), hour(-1, 90), hour(5, 90)], cap_fen=100, held_fen=150)
    assert [one.captured_fen for one in before] == [90, 10, 50]
    after = split([hour(-2, 20), hour(-1, 90), hour(5, 90)], cap_fen=100, held_fen=150)
    assert [one.captured_fen for one in after] == [20, 80, 50]
    again = split([hour(-2, 20), hour(-1, 0), hour(5, 90)], cap_fen=100, held_fen=150)
    assert [one.captured_fen for one in again] == [20, 0, 90]


@given(hours, hours)
def test_after_settlement_an_hour_only_goes_down(before: list[Said], after: list[Said]) -> None:
    taken = split(before, cap_fen=700, held_fen=3_000)
    spent = {one.hour_at: one.spend_fen for one in before}
    kept = {one.hour_at: Kept(spent[one.hour_at], one.captured_fen, one.refusal) for one in taken}
    for one in split_settled(after, kept):
        assert one.captured_fen <= (kept[one.hour_at].captured_fen if one.hour_at in kept else 0)
        assert bool(one.refusal) == bool(one.refused_fen)


def test_what_rises_after_settlement_is_refused_by_that_name() -> None:
    kept = {hour(0, 0).hour_at: Kept(50, 50, ""), hour(1, 0).hour_at: Kept(90, 40, "over_cap")}
    taken = split_settled([hour(0, 60), hour(1, 90), hour(2, 7)], kept)
    assert [(one.captured_fen, one.refused_fen, one.refusal) for one in taken] == [
        (50, 10, Refusal.AFTER_SETTLEMENT),
        (40, 50, Refusal.OVER_CAP),
        (0, 7, Refusal.AFTER_SETTLEMENT),
    ]


def test_sixty_days_of_bursts_capture_their_cap_each_day() -> None:
    said = [hour(number, 900 if number % 24 in (0, 23) else 70) for number in range(60 * 24)]
    taken = split(said, cap_fen=1_000, held_fen=10**6)
    captured = by_day(taken)
    assert len(captured) == 60
    assert set(captured.values()) == {1_000}
