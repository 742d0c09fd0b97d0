"""Exposure belongs to notes: it is counted once, and rows that share it say so."""

import csv
import io
import json
import re
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings import verbs as listings
from merchants.listings.models import Listing
from merchants.stores.models import Store
from portal.accounts.models import User
from portal.ui import turning
from reports.answers.answer import Report, answer
from reports.answers.question import By, Question
from reports.attribution.models import ReportDay
from reports.metrics import registry as metrics
from reports.metrics.sums import MICRO
from reports.tests.factory import credit, day, publish, touch

pytestmark = pytest.mark.django_db
SHARED = "shared, does not add up"


@pytest.fixture
def beside(shop: Merchant, sunscreen: Listing, list_product: Any) -> Listing:
    """A listing in the in-app shop on the note of the sunscreen, which leads to Tmall. 24,249
    reads of the note, 7 of another one that is on Tmall alone; 3 clicks on this very listing."""
    beside: Listing = list_product(shop, "Hand cream", kind="in_app", on=sunscreen)
    (yesterday,) = publish(shop, day(1))
    both = sorted([sunscreen.pk, beside.pk])
    touch(yesterday, sunscreen, "view", touchpoints=24_249, listing_ids=both)
    touch(yesterday, sunscreen, "click", touchpoints=3, listing_ids=[beside.pk])
    touch(yesterday, list_product(shop, "Soap"), "view", touchpoints=7)
    credit(yesterday, beside, "order", value_fen=900)
    return beside


def ask(shop: Merchant, by: By) -> Report:
    return answer(Question(shop, day(1), day(1), by=by))


def reads(report: Report) -> dict[str, Any]:
    return {row.label.text: metrics.READS.of(row.sums) for row in report.rows}


def test_every_listing_shows_the_reads_of_its_note_and_the_sum_counts_them_once(
    shop: Merchant, beside: Listing
) -> None:
    assert reads(ask(shop, By.LISTING)) == {"Sunscreen": 24_249, "Hand cream": 24_249, "Soap": 7}
    assert reads(ask(shop, By.PRODUCT)) == {"Sunscreen": 24_249, "Hand cream": 24_249, "Soap": 7}
    assert reads(ask(shop, By.STORE_KIND)) == {"Tmall": 24_256, "In-app shop": 24_249}
    assert set(reads(ask(shop, By.PLACEMENT)).values()) == {24_256, 24_249}
    assert reads(ask(shop, By.NOTE)) == {"Why Sunscreen": 24_249, "Why Soap": 7}
    assert {metrics.READS.of(ask(shop, by).total) for by in By} == {24_256}


def test_a_product_that_is_linked_twice_to_a_note_shows_its_reads_once(
    shop: Merchant, beside: Listing, alice: User
) -> None:
    """And the credit of both of its listings, and what either of them was clicked."""
    pinned = listings.link(
        shop, note=beside.note, product=beside.product, placement="note_body",
        has_ad_label=True, by=alice,
    )  # fmt: skip
    yesterday = ReportDay.objects.get(merchant=shop, on=day(1))
    both = sorted([beside.pk, pinned.pk])
    touch(yesterday, beside, "view", touchpoints=100, listing_ids=both)
    touch(yesterday, beside, "click", touchpoints=4, listing_ids=[pinned.pk])
    credit(yesterday, pinned, "order", value_fen=100)
    row, *_others = ask(shop, By.PRODUCT).rows
    told = (metrics.READS, metrics.CLICKS, metrics.ORDERS, metrics.GMV)
    assert [metric.of(row.sums) for metric in told] == [24_349, 7, 2 * MICRO, 1000]
    assert row.label.text == "Hand cream"
    # The twin: its two listings have these hundred reads each, and their own clicks.
    rows = {row.label.key: row for row in ask(shop, By.LISTING).rows}
    of_listings = [rows[listing.code] for listing in (beside, pinned)]
    assert [metrics.READS.of(one.sums) for one in of_listings] == [24_349, 100]
    assert [metrics.CLICKS.of(one.sums) for one in of_listings] == [3, 4]


def test_products_that_two_stores_call_the_same_have_keys_of_their_own(
    shop: Merchant, sunscreen: Listing, beside: Listing
) -> None:
    """The stores may be called the same, too, at their marketplaces."""
    products = [sunscreen.product, beside.product]
    for product in products:
        product.external_id = "1001"
        product.save()
    Store.objects.filter(pk=beside.product.store_id).update(
        external_id=sunscreen.product.store.external_id
    )
    asked: Any = {"first_on": day(1), "last_on": day(1), "by": "product"}
    told = {form: io.StringIO() for form in ("csv", "json")}
    for form, out in told.items():
        call_command("report", shop.code, format=form, stdout=out, **asked)
    in_json = [row["key"] for row in json.loads(told["json"].getvalue())["rows"]]
    assert len(set(in_json)) == len(in_json) == 3
    assert f"in_app/{sunscreen.product.store.external_id}/1001" in in_json
    in_csv = csv.DictReader(io.StringIO(told["csv"].getvalue()))
    assert [row["Key"] for row in in_csv] == in_json


def test_a_click_that_names_its_listing_is_that_listings_alone(
    shop: Merchant, beside: Listing
) -> None:
    clicks = {row.label.text: metrics.CLICKS.of(row.sums) for row in ask(shop, By.LISTING).rows}
    assert clicks == {"Sunscreen": 0, "Hand cream": 3, "Soap": 0}


@pytest.mark.parametrize("by", By)
def test_page_csv_and_json_mark_what_is_shared_and_nothing_else(
    client_of: Any, alice: User, shop: Merchant, beside: Listing, by: By
) -> None:
    days = {"first_on": day(1), "last_on": day(1), "by": by}
    page = client_of(alice).get(reverse("reports:report-detail", args=[shop.code], query=days))
    heads = re.findall(r'<th[^>]*data-metric="(\w+)".*?</th>', page.content.decode(), re.DOTALL)
    marked = re.findall(
        rf'<th[^>]*data-metric="(\w+)"(?:(?!</th>).)*{SHARED}', page.content.decode(), re.DOTALL
    )
    exposure = {metric.code for metric in metrics.BREAKDOWN if metric.grain == metrics.READS.grain}
    assert exposure < set(heads)
    assert set(marked) == (exposure if by.shares_touches else set())

    [head, *_rows] = csv.reader(io.StringIO(printed(shop, by=by, format="csv")))
    in_file = {name.split("[")[1].rstrip("]") for name in head if SHARED in name}
    assert in_file == (exposure if by.shares_touches else set())

    told = {m["code"]: m for m in json.loads(printed(shop, by=by, format="json"))["metrics"]}
    shared = {code for code, metric in told.items() if metric["is_shared"]}
    assert shared == (exposure if by.shares_touches else set())


def printed(shop: Merchant, **asked: Any) -> str:
    said = io.StringIO()
    call_command("report", shop.code, first_on=day(1), last_on=day(1), stdout=said, **asked)
    return said.getvalue()


def test_the_foot_counts_shared_touches_once_and_says_so(
    client_of: Any, alice: User, shop: Merchant, beside: Listing
) -> None:
    days = {"first_on": day(1), "last_on": day(1), "by": "listing"}
    url = reverse("reports:report-detail", args=[shop.code], query=days)
    page = client_of(alice).get(url).content.decode()
    foot = page[page.index("<tfoot") : page.index("</tfoot")]
    assert '24,256<div class="text-secondary small">each once</div>' in foot


def test_a_page_of_very_many_found_rows_has_no_sum_of_what_they_share(
    client_of: Any, alice: User, shop: Merchant, beside: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turning, "MOST_COUNTED", 1)
    days = {"first_on": day(1), "last_on": day(1), "by": "listing", "q": "L"}
    url = reverse("reports:report-detail", args=[shop.code], query=days)
    page = client_of(alice).get(url).content.decode()
    foot = page[page.index("<tfoot") : page.index("</tfoot")]
    assert "Sum of this page" in foot
    assert "24,2" not in foot
    assert "each once" not in foot


def test_the_page_of_a_listing_shows_the_reads_of_its_note_and_says_that_it_shares_them(
    client_of: Any, alice: User, shop: Merchant, beside: Listing
) -> None:
    pages = {
        "merchants:listing-detail": beside,
        "merchants:product-detail": beside.product,
        "merchants:store-detail": beside.product.store,
    }
    for name, row in pages.items():
        page = client_of(alice).get(reverse(name, args=[shop.code, row.pk])).content.decode()
        assert "24,249" in page
        assert "of its notes, shared with what else is on them" in page
    note = reverse("merchants:note-detail", args=[shop.code, beside.note.pk])
    assert "shared with" not in client_of(alice).get(note).content.decode()


def test_a_store_counts_a_note_with_two_of_its_products_once(
    client_of: Any, alice: User, shop: Merchant, beside: Listing, list_product: Any
) -> None:
    third = list_product(shop, "Foot cream", kind="in_app", on=beside)
    report_day = publish(shop, day(2))[0]
    touch(report_day, beside, "view", touchpoints=1000, listing_ids=sorted([beside.pk, third.pk]))
    page = client_of(alice).get(
        reverse("merchants:store-detail", args=[shop.code, third.product.store_id])
    )
    assert "25,249" in page.content.decode()
