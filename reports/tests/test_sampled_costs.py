"""Where results were sampled cost is exact, and a ratio of both is an estimate with an interval."""

import json
import random
from fractions import Fraction

import pytest

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal.ui import turning
from reports.answers.answer import answer
from reports.answers.question import By, Question, TimeBase
from reports.attribution.models import CreditFact, ReportDay
from reports.metrics import costs as all_costs
from reports.metrics import registry as metrics
from reports.metrics.worth import CONTRIBUTION, CONTRIBUTION_TO_COST
from reports.tests.factory import at_once, credit, day, publish
from reports.tests.sampled_reports import HALF, printed, sampled
from reports.tests.spent import assumed, boost_of, delivered, paid

__all__ = ["sampled"]
RATIOS = (
    metrics.ALL_ROI, metrics.OWN_ROI, all_costs.ALL_ROI_OF_ALL, all_costs.OWN_ROI_OF_ALL,
    CONTRIBUTION_TO_COST,
)  # fmt: skip


def asked(shop: Merchant, by: By = By.NOTE) -> Question:
    return Question(shop, day(2), day(1), by=by, time_base=TimeBase.TOUCH)


@pytest.fixture
def spent(shop: Merchant, sampled: list[ReportDay], sunscreen: Listing) -> None:
    """The half that came of the second day has 20 more orders of ¥1.00 by a boost, which captured
    ¥4.00, half of it the merchant's; ¥6.00 was paid outside."""
    boost = boost_of(sunscreen.note, platform=200)
    delivered(boost, day(1), 400)
    paid(sunscreen.note, day(2), 600)
    assumed(shop, day(40))
    with at_once(sampled[1]):
        for group in range(20):
            credit(
                sampled[1], sunscreen, "order", value_fen=100, boost_id=boost.pk,
                user_group=group, sampling_ratio=HALF,
            )  # fmt: skip


@pytest.mark.usefixtures("spent")
@pytest.mark.parametrize("by", [By.NOTE, By.BOOST, By.DAY])
@pytest.mark.parametrize("most", [0, turning.MOST_COUNTED])
def test_a_ratio_to_cost_is_an_estimate_and_the_cost_is_none(
    shop: Merchant, by: By, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turning, "MOST_COUNTED", most)
    report = answer(asked(shop, by))
    total = report.total
    for metric in (metrics.SPEND, all_costs.OUTSIDE_COST, all_costs.TOTAL_COST):
        assert metric.estimate(total) is None
    assert all_costs.TOTAL_COST.of(total) == 1000
    worth = 1000 + 2 * 2000 + 2 * 2000
    expected = {
        metrics.ALL_ROI: Fraction(4000, 400), metrics.OWN_ROI: Fraction(4000, 200),
        all_costs.ALL_ROI_OF_ALL: Fraction(worth, 1000),
        all_costs.OWN_ROI_OF_ALL: Fraction(worth, 800),
        CONTRIBUTION_TO_COST: Fraction(worth * 315, 800 * 1000),
    }  # fmt: skip
    for metric in RATIOS:
        found = metric.estimate(total)
        assert found is not None, metric.code
        assert found.value == metric.of(total) == expected[metric], metric.code
        assert found.low is not None
        assert found.high is not None
        assert found.low < found.value < found.high
    added = sum(CONTRIBUTION.of(row.sums) or 0 for row in report.rows)
    assert added == CONTRIBUTION.of(total) == Fraction(worth * 315, 1000)


@pytest.mark.usefixtures("spent")
def test_files_say_between_which_bounds_a_ratio_to_cost_is(shop: Merchant) -> None:
    told = json.loads(printed(shop, time_base="touch", format="json"))
    intervals = told["total"]["intervals"]
    assert {metric.code for metric in RATIOS} <= intervals.keys()
    assert not {"spend", "outside_cost", "total_cost_all_money"} & intervals.keys()


def test_the_interval_of_a_ratio_to_cost_holds_the_truth(
    shop: Merchant, sunscreen: Listing
) -> None:
    """Seeded worlds of 400 buyers in 32 groups, each sampled to the half by group of users: of 20
    intervals of 95 % at least 17 hold what all buyers brought for the money."""
    some, held = random.Random(31), 0
    [yesterday] = publish(shop, day(1))
    paid(sunscreen.note, day(1), 10_000)
    for _world in range(20):
        buyers = [(some.randrange(32), some.randint(50, 400)) for _buyer in range(400)]
        truth = Fraction(sum(fen for _group, fen in buyers), 10_000)
        seen: dict[int, int] = {}
        for group, fen in buyers:
            if some.random() < 0.5:
                seen[group] = seen.get(group, 0) + fen
        CreditFact.objects.filter(report_day_id=yesterday.pk).delete()
        with at_once(yesterday):
            for group, fen in seen.items():
                credit(
                    yesterday, sunscreen, "order", value_fen=fen, user_group=group,
                    sampling_ratio=HALF,
                )  # fmt: skip
        question = Question(shop, day(1), day(1), by=By.NOTE, time_base=TimeBase.TOUCH)
        found = all_costs.ALL_ROI_OF_ALL.estimate(answer(question).total)
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        held += found.low <= truth <= found.high
    assert held >= 17
