"""What a sample says of the whole: worlds of which we know the truth, and the limits of the law."""

import math
from collections import Counter
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from reports.metrics import estimates, worth
from reports.metrics import registry as metrics
from reports.metrics.estimates import (
    EXACT_BELOW,
    GROUPS,
    Statistic,
    T,
    few_decide,
    is_of_few,
)
from reports.metrics.metric import estimate_of, ratio
from reports.metrics.registry import Unit
from reports.metrics.sampled import Counts, Sampled, SampledRatio, nothing_of
from reports.metrics.sums import Orders, Sums
from reports.tests.sampled_worlds import HALF, Law, covered, people_covered, spliced, worlds

QUARTER = Fraction(1, 4)
# Of 200 worlds the share that is covered strays by about 0.015; the long run has 2,000.
WORLDS, LEAST, MOST = 200, 0.90, 0.99


def estimate(number: Any, statistic: Statistic, *, one: int | None = None) -> Any:
    return estimates.estimate(number, statistic, one=one)


def sample(*numbers: int, whole: int = 0, ratio: Fraction = HALF) -> Sampled:
    """Numbers of the first groups of users."""
    return Sampled(whole, {ratio: dict(enumerate(numbers))})


def alike(number: int = 1, *, ratio: Fraction = HALF) -> Sampled:
    return sample(*([number] * GROUPS), ratio=ratio)


@pytest.mark.parametrize("buyers", [2, 6, 12, 20, 40, 100])
def test_the_interval_of_orders_holds_the_truth(buyers: int) -> None:
    share = covered(metrics.ORDERS, worlds(WORLDS, Law(buyers), seed=buyers))
    assert share >= LEAST
    assert share <= MOST or buyers < 20


@pytest.mark.parametrize("people", [1, 3, 6, 12, 20, 40, 80])
def test_the_interval_of_people_holds_the_truth(people: int) -> None:
    share = people_covered(WORLDS, people, HALF, seed=people)
    assert share >= LEAST
    assert share <= MOST or people < 20


def test_the_interval_of_money_from_100_buyers_holds_the_truth() -> None:
    assert LEAST <= covered(metrics.GMV, worlds(WORLDS, Law(100), seed=2)) <= MOST


def test_variance_by_order_would_not_hold_it() -> None:
    found = worlds(WORLDS, Law(100, by_order=True), seed=2)
    assert covered(metrics.GMV, found) < 0.85
    assert covered(metrics.ORDERS, found) < 0.85


def test_without_the_factor_of_what_is_missing_intervals_are_too_wide(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = worlds(WORLDS, Law(100, ratio=Fraction(4, 5)), seed=2)
    assert LEAST <= covered(metrics.GMV, found) <= MOST
    monkeypatch.setattr(estimates, "_weight", lambda p: 1 / float(p))
    assert covered(metrics.GMV, found) > MOST


@pytest.mark.parametrize("ratios", [(HALF, QUARTER), (HALF, Fraction(1)), (QUARTER, HALF, HALF)])
def test_days_of_several_ratios_are_added_piece_by_piece(ratios: tuple[Fraction, ...]) -> None:
    assert spliced(WORLDS, ratios, seed=len(ratios)) >= LEAST


def test_the_factor_of_t_leaves_a_fortieth_above() -> None:
    n = GROUPS - 1
    x = np.linspace(0, T, 20_001)
    density = (1 + x**2 / n) ** (-(n + 1) / 2)
    whole = math.exp(math.lgamma((n + 1) / 2) - math.lgamma(n / 2)) / math.sqrt(n * math.pi)
    below = 0.5 + whole * float(np.trapezoid(density, x))
    assert below == pytest.approx(1 - estimates.DOUBT / 2, abs=1e-9)


def test_at_ratio_one_nothing_is_uncertain() -> None:
    found = estimate(Sampled(7, {Fraction(1): {0: 5, 9: 30}}), Statistic.SUM, one=1)
    assert (found.value, found.low, found.high) == (42, 42, 42)
    assert estimate_of(Sampled(7, {}), Unit.COUNT) is None


def test_sums_are_added_and_variances_are_not() -> None:
    """The same users come again: two equal days are twice as uncertain, not by the root of two."""
    once = estimate(sample(*range(GROUPS)), Statistic.NET)
    twice = estimate(sample(*range(GROUPS)) + sample(*range(GROUPS)), Statistic.NET)
    assert twice.value == 2 * once.value
    assert twice.high - twice.low == pytest.approx(float(2 * (once.high - once.low)))


def test_a_ratio_of_one_sample_needs_no_ratio_of_the_sample() -> None:
    for p in (HALF, QUARTER):
        rate = ratio(alike(3, ratio=p), alike(4, ratio=p))
        assert isinstance(rate, SampledRatio)
        found = estimate(rate, Statistic.RATIO)
        # All groups have the same rate: what they lack has it, too.
        assert (found.value, found.low, found.high) == (Fraction(3, 4),) * 3
    assert ratio(alike(), 0) is None
    assert ratio(alike(), sample()) is None


def test_a_share_is_at_most_all() -> None:
    seen = ratio(sample(1, 0, *([1] * 9)), sample(*([1] * 11)))
    found = estimate_of(seen, Unit.SHARE, Statistic.RATIO)
    assert found is not None
    assert found.high == 1


@pytest.mark.parametrize(("seen", "p"), [(0, HALF), (1, HALF), (9, HALF), (4, Fraction(1, 10))])
def test_few_people_are_taken_back_through_the_binomial(seen: int, p: Fraction) -> None:
    found = estimate(sample(seen, ratio=p), Statistic.PEOPLE, one=1)
    low, high = int(found.low), int(found.high)
    assert chance(low, p, range(seen, low + 1)) > 0.025
    assert chance(high, p, range(seen + 1)) > 0.025
    assert chance(high + 1, p, range(seen + 1)) <= 0.025
    assert low == seen or chance(low - 1, p, range(seen, low)) <= 0.025


def chance(people: int, p: Fraction, seen: range) -> float:
    """That so many of `people` are seen, by counting."""
    return float(
        sum(math.comb(people, k) * p**k * (1 - p) ** (people - k) for k in seen if k <= people)
    )


def test_a_sample_that_holds_nothing_does_not_say_that_there_is_nothing() -> None:
    nothing: Any = nothing_of([HALF])
    people = estimate(nothing, Statistic.PEOPLE, one=1)
    assert (people.value, people.low, people.high) == (0, 0, 5)
    for statistic in (Statistic.SUM, Statistic.NET):
        found = estimate(nothing, statistic, one=1)
        assert (found.value, found.low, found.high) == (0, None, None)
    assert nothing_of([]) == 0


def test_a_ratio_of_few_has_no_bounds() -> None:
    """Two of two matched are not 100 % for sure."""
    rate = ratio(sample(1, 1), sample(1, 1))
    assert isinstance(rate, SampledRatio)
    found = estimate(rate, Statistic.RATIO)
    assert (found.value, found.low, found.high) == (1, None, None)


def test_there_is_no_less_than_what_was_counted() -> None:
    assert estimate(sample(7, 0, 9), Statistic.SUM).low == 16
    assert estimate(sample(-7, 0, -9), Statistic.SUM).high == -16
    # What adds and takes away may be anything.
    assert estimate(sample(7, 0, 9), Statistic.NET).low < 16


def test_money_of_few_is_told_from_money_of_many() -> None:
    many = alike(100)
    assert not is_of_few(alike(2), many, one=1)
    assert is_of_few(sample(29), many, one=1)
    assert is_of_few(alike(9), sample(*([100] * 19)), one=1)
    assert not is_of_few(alike(9), sample(*([100] * 20)), one=1)
    assert not few_decide(many)
    assert few_decide(sample(*([100] * 31), 1000))


def test_counted_numbers_are_equal_group_by_group() -> None:
    assert sample(1, 2) == sample(1, 2, 0)
    assert sample(1, 2) != sample(2, 1)
    assert sample(1, 2) - sample(1, 2) == 0
    assert sample(3, whole=4) - 4 == sample(3)
    assert 4 + sample(3) == sample(3, whole=4)


def test_a_kind_without_facts_is_nothing_in_the_sample_alone() -> None:
    full, sampled = Counts({"order": 3}), Counts(nothing=nothing_of([HALF]))
    full.join(sampled)
    assert isinstance(full["order"], Sampled)
    assert isinstance(full["cart"], Sampled)
    # Sums of others are not touched by what is counted in later.
    full.take("cart", 5, 3, "0.5")
    assert sampled["cart"] == 0
    assert full["cart"] == Sampled(0, {HALF: {3: 5}})


def test_every_metric_says_how_it_is_estimated() -> None:
    """A ratio is one by its formula, and says so; of few people none is counted yet."""
    counts: dict[str, Any] = {
        name: EveryKind(GROUPS)
        for name in ("touchpoints", "credited_micro", "value_fen", "assisted")
    }
    sums = Sums(**counts, unpriced_micro=EveryKind(0))
    orders = Orders(
        orders=EveryKind(GROUPS), value_fen=EveryKind(GROUPS), unpriced=EveryKind(0),
        counted=EveryKind(GROUPS),
    )  # fmt: skip
    told: Counter[Statistic] = Counter()
    for metric in metrics.REGISTRY.values():
        if metric in metrics.MATURITY:
            # What is expected is counted of no sample.
            continue
        facts: Any = orders if metric in metrics.ORDERS_IN_FILES else sums
        counted = metric.counted(facts)
        is_ratio = metric.statistic == Statistic.RATIO
        assert isinstance(counted, SampledRatio) == is_ratio or counted is None, metric.code
        # Assists are counted, and do not add up; what sales leave is counted by millionths.
        is_apart = metric in {metrics.ASSISTED, worth.CONTRIBUTION}
        assert is_apart or is_ratio == (metric.additive == "no"), metric.code
        told[metric.statistic] += 1
    assert told[Statistic.RATIO] == 16
    assert told[Statistic.NET] == 2
    assert told.keys() == set(Statistic) - {Statistic.PEOPLE}


class EveryKind(Counts):
    """A sample that holds so much of every kind."""

    def __init__(self, number: int) -> None:
        super().__init__(nothing=sample(*([1] * number)) if number else 0)


def test_exact_bounds_end_where_sums_are_good_enough() -> None:
    wide = estimate(sample(EXACT_BELOW), Statistic.PEOPLE, one=1)
    assert wide == estimate(sample(EXACT_BELOW), Statistic.SUM, one=1)
