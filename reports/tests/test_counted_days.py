"""A total over days of which a kind began to be sent among them says on which days it counts."""

import csv
import io
import json
from typing import Any

from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import words
from portal.accounts.models import User
from reports.answers.answer import answer
from reports.answers.counted_days import counted_days
from reports.answers.cut import cut
from reports.answers.question import Question
from reports.answers.side_by_side import compare
from reports.attribution.models import ConversionFact, CreditFact, CreditSum, ReportDay, TouchSum
from reports.metrics import registry as metrics
from reports.pages.report.parts import ReportPage
from reports.tests.declaring import printed, sold
from reports.tests.factory import day
from reports.tests.test_connected_then import began_with_orders

__all__ = ["sold"]


def fetched(client: Any, name: str, shop: Merchant, *place: Any, **more: Any) -> Any:
    asked = {"first_on": str(day(4)), "last_on": str(day(1)), **more}
    response = client.get(reverse(f"reports:{name}", args=[shop.code, *place]), asked)
    if response.streaming:
        return next(csv.DictReader(io.StringIO(b"".join(response).decode("utf-8-sig"))))
    return json.loads(response.content) if "export" in more else response.content.decode()


def test_a_total_says_from_which_day_it_counts_where_a_kind_began_to_be_sent(
    shop: Merchant, sunscreen: Listing, admin: User, client_of: Any, alice: User
) -> None:
    """In page, CSV, JSON and command; net GMV has orders of all days."""
    began_with_orders(shop, sunscreen, "refund", admin)
    client, since = client_of(alice), f"only since {words.day(day(2))}"
    page = fetched(client, "report-detail", shop)
    foot = page[page.index("<tfoot") : page.index("</tfoot>")]
    card = page[page.index('class="card h-100 total"') : page.index('class="funnel')]
    assert f">{since}<" in foot
    assert f"in full {since}" in foot
    assert f"in full {since}" in card
    line = fetched(client, "report-detail", shop, export="csv")
    told = line["Counted only on some days"]
    assert f"credited_refund_value {day(2)}/{day(1)}" in told
    assert since in printed(shop, "table", first_on=day(4))
    answer = json.loads(printed(shop, "json", first_on=day(4)))
    of_two = [[day(2).isoformat(), day(1).isoformat()]]
    assert answer["counted_on"]["credited_net_gmv"] == of_two
    assert answer["counted_on"]["all_refund_value"] == of_two
    assert "credited_gmv" not in answer["counted_on"]


def test_without_a_change_of_what_is_sent_no_total_says_so(
    shop: Merchant, sold: ReportDay, client_of: Any, alice: User
) -> None:
    """The twin."""
    assert json.loads(printed(shop, "json", first_on=day(4)))["counted_on"] == {}
    assert "only since" not in fetched(client_of(alice), "report-detail", shop)


def test_what_is_compared_was_sent_on_all_days_of_both(
    shop: Merchant, sunscreen: Listing, admin: User
) -> None:
    """Refunds that began to be sent in the midst of the days before make no rise of net GMV, nor do
    orders make one of an object's orders."""
    began_with_orders(shop, sunscreen, "order", admin)
    CreditFact.objects.filter(on__in=(day(4), day(3))).delete()
    ConversionFact.objects.filter(on__in=(day(4), day(3))).delete()
    for sums in (CreditSum, TouchSum):
        sums.objects.filter(on__in=(day(4), day(3))).delete()
    found = cut(Question(shop, day(4), day(1)), sunscreen)
    assert str(counted_days(found.facts, metrics.ORDERS)) == f"only since {words.day(day(2))}"
    compared = compare(Question(shop, day(4), day(1)))
    assert [one.code for one in compared.metrics if counted_days(compared.rows.facts, one)] == [
        "credited_gmv", "credited_orders", "assisted_orders",
    ]  # fmt: skip
    # Two days, and the two before them, of which one was without: nothing to compare.
    page = ReportPage(answer(Question(shop, day(1), day(1))))
    assert page.cards[0].change_text == "0.0%"
    page = ReportPage(answer(Question(shop, day(2), day(1))))
    assert page.cards[0].change_text == ""
