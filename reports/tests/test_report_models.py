import random
from typing import Any

import pytest
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal.accounts.models import User
from reports.answers.question import By, Question
from reports.answers.side_by_side import compare
from reports.attribution.choices import Model
from reports.metrics import registry as metrics
from reports.metrics.sums import Sums
from reports.tests.factory import credit, day, publish, touch


def share_out(shop: Merchant, first: Listing, second: Listing) -> None:
    """One order of ¥9.01 that every model splits in its own way."""
    (yesterday,) = publish(shop, day(1))
    parts = {"last_touch": 0, "first_touch": 901, "linear": 450, "time_decay": 300}
    for model in Model:
        fen = parts.get(model, 360)
        micro = fen * 1_000_000 // 901
        credit(yesterday, first, "order", model=model, value_fen=fen, credit_micro=micro)
        rest = {"value_fen": 901 - fen, "credit_micro": 1_000_000 - micro}
        credit(yesterday, second, "order", model=model, **rest)


def test_every_model_shares_out_the_same_orders(
    shop: Merchant, sunscreen: Listing, lipstick: Listing
) -> None:
    share_out(shop, sunscreen, lipstick)
    totals = compare(Question(shop, day(3), day(1))).rows.totals
    assert {metrics.GMV.of(sums) for sums in totals.values()} == {901}
    assert {metrics.ORDERS.of(sums) for sums in totals.values()} == {1_000_000}


@pytest.mark.parametrize("model", Model)
@pytest.mark.parametrize("is_descending", [True, False])
def test_what_words_find_is_summed_and_in_order_under_every_model(
    shop: Merchant, list_product: Any, model: Model, is_descending: bool
) -> None:
    dice, days = random.Random(11), publish(shop, day(2), day(1))
    for number in range(12):
        listing = list_product(shop, f"{('Cream', 'Soap')[number % 2]} {number}")
        for _ in range(4):
            fen = dice.choice([None, 0, 500, 500, 900])
            given = {"model": dice.choice(list(Model)), "value_fen": fen}
            credit(dice.choice(days), listing, dice.choice(["order", "order", "cart"]), **given)
        touch(days[0], listing, "view")
    rows = compare(Question(shop, day(2), day(1), by=By.LISTING)).rows
    rows = rows.in_order(model, is_descending=is_descending)
    found = [row for row in rows if row.label.text.startswith("Cream")]
    assert 0 < len(found) < len(rows)
    shown = rows.found("cream")
    assert list(shown) == found
    assert len(shown) == len(found)
    assert shown[2:4] == found[2:4]
    worths = [metrics.GMV.of(row.sums[model]) for row in found]
    known = sorted((worth for worth in worths if worth is not None), reverse=is_descending)
    assert worths == known + [None] * (len(worths) - len(known))
    for of, total in shown.totals.items():
        summed = Sums.of(row.sums[of] for row in found)
        assert metrics.GMV.of(total) == metrics.GMV.of(summed)
        assert metrics.ORDERS.of(total) == metrics.ORDERS.of(summed)
    assert list(rows.found("nothing")) == []


def test_alice_compares_the_models(
    client_of: Any, alice: User, shop: Merchant, sunscreen: Listing, lipstick: Listing
) -> None:
    share_out(shop, sunscreen, lipstick)
    url = reverse("reports:report-models", args=[shop.code])
    for by in ("note", "listing"):
        page = client_of(alice).get(url, {"by": by, "sort": "-linear"}).content.decode()
        assert "¥4.50" in page
        assert "¥9.01" in page
        for model in Model:
            assert str(model.label) in page


def test_a_comparison_by_day_is_refused(client_of: Any, alice: User, shop: Merchant) -> None:
    url = reverse("reports:report-models", args=[shop.code])
    assert client_of(alice).get(url, {"by": "day"}).status_code == 422


def test_a_comparison_takes_a_bounded_number_of_queries(
    client_of: Any,
    alice: User,
    shop: Merchant,
    sunscreen: Listing,
    lipstick: Listing,
    django_assert_max_num_queries: Any,
) -> None:
    share_out(shop, sunscreen, lipstick)
    client = client_of(alice)
    with django_assert_max_num_queries(19):
        client.get(reverse("reports:report-models", args=[shop.code]))
