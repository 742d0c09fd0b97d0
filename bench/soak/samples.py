"""Thousands of sampled worlds: how often the intervals of estimates hold the truth."""

from fractions import Fraction

from bench.measure import machine
from bench.soak import site

BUYERS = (1, 2, 4, 8, 12, 20, 40, 100, 300)
RATIOS = (Fraction(1, 2), Fraction(1, 4), Fraction(4, 5))
# Shares of worlds: counts at least and, from so many observed on, at most; money from so many
# buyers at least and at most.
COUNTS, OBSERVED = (0.93, 0.975), 20
MONEY, MANY = (0.92, 0.97), 100


def run(count: int, seed: int) -> int:
    """Print a line for each law; exit status 0 when all are within their limits."""
    site.speak_to_it()
    from reports.metrics import registry as metrics
    from reports.tests import sampled_worlds
    from reports.tests.sampled_worlds import HALF, HEAVIER, Law

    print(f"{count} worlds a line, seed {seed}; {machine()}", flush=True)
    wrong = 0
    for ratio in RATIOS:
        for buyers in BUYERS:
            law = Law(buyers, ratio)
            people = sampled_worlds.people_covered(count, buyers, ratio, seed=seed)
            orders = sampled_worlds.covered(
                metrics.ORDERS, sampled_worlds.worlds(count, law, seed=seed)
            )
            is_many = buyers * ratio >= OBSERVED
            wrong += _said(f"people {buyers} at {ratio}", people, COUNTS, is_many=is_many)
            wrong += _said(f"orders of {buyers} at {ratio}", orders, COUNTS, is_many=is_many)
    for ratios in ((HALF, Fraction(1)), (HALF, Fraction(1, 4)), (Fraction(1, 4), HALF, HALF)):
        share = sampled_worlds.spliced(count, ratios, seed=seed)
        wrong += _said(f"orders spliced over {ratios}", share, COUNTS, is_many=False)
    for spread in (sampled_worlds.SPREAD, *HEAVIER):
        found = sampled_worlds.worlds(count, Law(MANY, spread=spread), seed=seed)
        share = sampled_worlds.covered(metrics.GMV, found)
        limits = MONEY if spread == sampled_worlds.SPREAD else (0.0, 1.0)
        wrong += _said(f"money of {MANY} with spread {spread}", share, limits, is_many=True)
    found = sampled_worlds.worlds(count, Law(MANY, by_order=True), seed=seed)
    by_order = sampled_worlds.covered(metrics.GMV, found)
    print(f"money of {MANY} by order, which must fail: {by_order:.3f}", flush=True)
    return 1 if wrong or by_order >= MONEY[0] else 0


def _said(what: str, share: float, limits: tuple[float, float], *, is_many: bool) -> int:
    is_wrong = share < limits[0] or (is_many and share > limits[1])
    print(f"{what:<40} {share:.4f}{' OUT OF LIMITS' if is_wrong else ''}", flush=True)
    return int(is_wrong)
