"""What is expected of young touches, against worlds whose law of delay is known."""

from fractions import Fraction

import pytest

from reports.answers.nowcast import Curve, Delays, curve_of, mixed, nowcast
from reports.tests.delay_worlds import AGES, WINDOW, World, covered

# `make soak` asks for 92 of 100 in each kind of world; of so few of each a little less may be.
LEAST, LEAST_OF_EACH = 0.92, 0.84


def test_intervals_cover_what_comes() -> None:
    """Of few and of many orders, alone and three at a time, of merchants alike and unlike."""
    found = covered(range(25))
    assert found.keys() == {world.name for world in World.all()}
    assert (
        sum(one.held for one in found.values()) / sum(one.count for one in found.values()) > LEAST
    )
    assert {name: one.share for name, one in found.items() if one.share < LEAST_OF_EACH} == {}
    assert all(one.count >= 60 for one in found.values())


def test_who_ignores_the_age_is_wrong() -> None:
    """The twin: everything that came is taken for the whole."""

    def ageless(counted: float, curve: Curve, age: int) -> tuple[float, float]:
        found = nowcast(counted, curve, age=len(curve.shares) - 1)
        assert found is not None
        return found.low, found.high

    assert all(one.share < LEAST_OF_EACH for one in covered(range(5), ageless).values())


def test_who_ignores_that_merchants_differ_is_wrong() -> None:
    def all_alike(counted: float, curve: Curve, age: int) -> tuple[float, float] | None:
        alike = Curve(curve.shares, [0.0] * len(curve.shares), curve.dispersions, curve.rest)
        found = nowcast(counted, alike, age=age)
        return (found.low, found.high) if found else None

    world = World(500, 1, 20, is_unlike=True)
    assert covered(range(25), all_alike, [world])[world.name].share < LEAST_OF_EACH


def test_of_less_than_a_fifth_it_is_too_early_to_tell() -> None:
    curve = curve_of(evenly(10))
    assert nowcast(19, curve, age=1) is not None
    assert nowcast(9, curve, age=0) is None
    assert nowcast(0, curve, age=-1) is None


def test_when_the_window_is_over_what_came_is_all() -> None:
    found = nowcast(19, curve_of(evenly(10)), age=9)
    assert found
    assert (found.orders, found.low, found.high) == (19, 19, 19)


def test_before_that_more_may_come_although_none_ever_came_so_late() -> None:
    found = nowcast(5000, curve_of(Delays([10**9, 0, 0], [1e3] * 3, [1e3] * 3, 1, 1, 1e6)), age=1)
    assert found
    assert found.low == 5000 < found.high


@pytest.mark.parametrize("counted", [0, 1, 9, 10**4, 10**7])
def test_bounds_are_around_what_is_expected_and_never_below_what_came(counted: int) -> None:
    for age in range(1, 9):
        found = nowcast(counted, curve_of(evenly(10)), age=age)
        assert found
        assert counted <= found.low <= found.orders <= found.high < 3 * counted / 0.2 + 60


def test_a_mix_is_the_sum_of_its_parts() -> None:
    late = Delays([0] * 9 + [10**9], [0.0] * 10, [0.0] * 10, 1, 1, 1e6)
    fast, slow = curve_of(evenly(10)), curve_of(late)
    half = mixed([(fast, Fraction(1, 4)), (slow, Fraction(3, 4))])
    assert half.share(4) == Fraction(1, 8)
    assert half.share(9) == half.share(400) == 1
    assert half.share(-1) == 0


def evenly(ages: int) -> Delays:
    """A thousand orders of one merchant, as many at each age."""
    return Delays([10**9 // ages] * ages, [0.0] * ages, [0.0] * ages, 1, 1, 1e6)


def test_worlds_are_the_same_again() -> None:
    first, again = covered(range(2)), covered(range(2))
    assert first == again
    assert max(AGES) < WINDOW
