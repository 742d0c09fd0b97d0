"""Facts of sampled days: apart by groups of users, in their sums, too."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from merchants.listings.models import Listing
from reports.attribution.models import CreditSum, TouchSum
from reports.tests import factory

pytestmark = pytest.mark.django_db

HALF = Decimal("0.5")


@pytest.mark.parametrize("say", [factory.credit, factory.touch, factory.conversion])
@pytest.mark.parametrize(
    "half_said",
    [
        {"user_group": 3},
        {"sampling_ratio": HALF},
        {"user_group": 32, "sampling_ratio": HALF},
        {"user_group": -1, "sampling_ratio": HALF},
        {"user_group": 3, "sampling_ratio": 1},
        {"user_group": 3, "sampling_ratio": 0},
    ],
)
def test_a_fact_has_a_group_of_users_and_a_ratio_below_one_or_neither(
    sunscreen: Listing, say: Any, half_said: dict[str, Any]
) -> None:
    (shown,) = factory.publish(sunscreen.merchant, factory.day(3))
    kind = {} if say is factory.conversion else {"kind": "like"}
    with pytest.raises(IntegrityError, match="of_a_sample"), transaction.atomic():
        say(shown, sunscreen, **kind, **half_said)
    say(shown, sunscreen, **kind)
    say(shown, sunscreen, **kind, user_group=31, sampling_ratio=Decimal("0.999999"))


def test_groups_stand_apart_in_the_sums_of_a_day(sunscreen: Listing) -> None:
    (shown,) = factory.publish(sunscreen.merchant, factory.day(3))
    for group, ratio in ((3, HALF), (3, HALF), (4, HALF), (4, Decimal("0.25")), (None, None)):
        of = {"user_group": group, "sampling_ratio": ratio}
        factory.credit(shown, sunscreen, "order", value_fen=10, **of)
        factory.touch(shown, sunscreen, "like", **of)
    grouped = ("user_group", "sampling_ratio")
    credit = {
        (group, ratio): fen
        for group, ratio, fen in CreditSum.objects.values_list(*grouped, "last_touch_fen")
    }
    touches = {
        (group, ratio): number
        for group, ratio, number in TouchSum.objects.values_list(*grouped, "touchpoints")
    }
    apart = {(3, HALF): 2, (4, HALF): 1, (4, Decimal("0.25")): 1, (None, None): 1}
    assert touches == apart
    assert credit == {of: 10 * number for of, number in apart.items()}
