"""Rows with a dash in place of a number stand behind all others in its order."""

from datetime import timedelta
from typing import Any

import pytest

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from portal.ui import turning
from reports.answers.answer import answer
from reports.answers.fact_sql import FactSql
from reports.answers.question import By
from reports.answers.ranking import Ranking
from reports.answers.side_by_side import compare
from reports.attribution.models import ConversionFact, ReportDay
from reports.metrics import registry as metrics
from reports.tests.declaring import BEFORE, asked, declare, sold
from reports.tests.factory import conversion, credit, touch
from reports.tests.test_counted_days import fetched

__all__ = ["sold"]


@pytest.mark.parametrize("most", [0, 10_000])
def test_rows_with_a_dash_come_last_whatever_stands_behind_it(
    monkeypatch: pytest.MonkeyPatch, shop: Merchant, sold: ReportDay, sunscreen: Listing,
    lipstick: Listing, list_product: Any, admin: User, client_of: Any, alice: User, most: int,
) -> None:  # fmt: skip
    """The in-app shop sends no refunds: of its listings nobody knows what is left, so neither page
    nor file puts them in order by it; nor by what nobody sends at all."""
    monkeypatch.setattr(turning, "MOST_COUNTED", most)
    with clock.at(clock.now() - BEFORE):
        declare("in_app", without=("refund", "cart"), by=admin)
        declare("taobao_tmall", without=("cart",), by=admin)
    much, read = list_product(shop, "Balm", kind="in_app"), list_product(shop, "Soap")
    early = list_product(shop, "Oil", kind="in_app")
    credit(sold, much, "order", value_fen=900)
    conversion(sold, much, level="product", value_fen=900)
    touch(sold, read, "view")
    touch(sold, early, "view")
    question = asked(shop, by=By.LISTING)
    dashes = sorted(one.pk for one in (lipstick, much, early))

    def order(metric: Any, *, is_descending: bool) -> list[int]:
        report = answer(question)
        ranking = Ranking(FactSql(report.facts, By.LISTING), ((metric, is_descending),))
        keys = ranking.every()
        # Page by page, there and back.
        for place, key in enumerate(keys):
            assert ranking.after(key, 2) == keys[place + 1 : place + 3]
            assert ranking.before(key, 2)[::-1] == keys[max(0, place - 2) : place]
        rows = [row.label.key for row in report.rows.in_order(metric, is_descending=is_descending)]
        codes = {one.pk: one.code for one in Listing.objects.all()}
        assert rows == [codes[key] for key in keys]
        return keys

    assert order(metrics.NET_GMV, is_descending=True) == [sunscreen.pk, read.pk, *dashes]
    assert order(metrics.NET_GMV, is_descending=False) == [read.pk, sunscreen.pk, *dashes]
    assert order(metrics.CARTS, is_descending=True) == sorted([*dashes, sunscreen.pk, read.pk])
    assert order(metrics.GMV, is_descending=True)[0] == much.pk
    line = fetched(
        client_of(alice),
        "report-detail",
        shop,
        by="listing",
        export="csv",
        sort="-credited_net_gmv",
    )
    assert line["Key"] == sunscreen.code
    # Marketplaces stand in the same order: the in-app shop sold more.
    rows = answer(asked(shop, by=By.STORE_KIND)).rows
    in_order = rows.in_order(metrics.NET_GMV, is_descending=True)
    assert [row.label.key for row in in_order] == ["tmall", "in_app"]
    compared = compare(asked(shop, by=By.LISTING)).rows
    assert compared[:1][0].label.key == much.code
    ConversionFact.objects.filter(store_kind="in_app").delete()
    with clock.at(clock.now() - BEFORE + timedelta(days=1)):
        declare("in_app", without=("order",), by=admin)
    for is_descending in (True, False):
        compared = compare(asked(shop, by=By.LISTING)).rows
        compared = compared.in_order(compared.model, is_descending=is_descending)
        keys = [row.label.key for row in compared]
        assert keys == [sunscreen.code, *(one.code for one in (lipstick, much))]
