"""The page of an object opens with what it brought, over the days that the address asks for."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal.accounts.models import User
from reports.tests.factory import credit, day, publish, touch
from tests.browser import PHONE, PageOf, accessible, fits

ClientOf = Callable[[User], Client]


@pytest.fixture
def published(shop: Merchant, sunscreen: Listing, lipstick: Listing) -> None:
    """Sunscreen sold for ¥5.00 and ¥7.00 on two days, lipstick for ¥2.00 on one."""
    days = publish(shop, day(2), day(1))
    touch(days[0], sunscreen, "view", touchpoints=400)
    touch(days[0], lipstick, "view", touchpoints=100)
    credit(days[0], sunscreen, "order", value_fen=500)
    credit(days[1], sunscreen, "order", value_fen=700)
    credit(days[1], lipstick, "order", value_fen=200)


def figures(client: Client, url: str) -> list[str]:
    found = re.findall(
        r'<div class="h2 mb-0 tabular">(.*?)</div>', client.get(url).content.decode()
    )
    return [text.strip() for text in found]


def pages(shop: Merchant, listing: Listing) -> dict[str, str]:
    keys = {"listing": listing, "note": listing.note, "product": listing.product}
    urls = {
        name: reverse(f"merchants:{name}-detail", args=[shop.code, row.pk])
        for name, row in {**keys, "store": listing.product.store}.items()
    }
    return urls


@pytest.mark.parametrize(
    ("page", "brought"),
    [
        ("note", ["400", "0", "2", "0", "¥12.00"]),
        ("listing", ["400", "0", "2", "0", "¥12.00"]),
        ("product", ["400", "0", "2", "¥12.00"]),
    ],
)
def test_an_object_shows_its_own_part_of_the_report(
    client_of: ClientOf,
    alice: User,
    shop: Merchant,
    sunscreen: Listing,
    published: None,
    page: str,
    brought: list[str],
) -> None:
    assert figures(client_of(alice), pages(shop, sunscreen)[page]) == brought


def test_a_store_adds_up_what_its_products_brought(
    client_of: ClientOf,
    alice: User,
    shop: Merchant,
    sunscreen: Listing,
    lipstick: Listing,
    published: None,
) -> None:
    sold = {"¥12.00": {sunscreen.product.store_id}, "¥2.00": {lipstick.product.store_id}}
    if sunscreen.product.store_id == lipstick.product.store_id:
        sold = {"¥14.00": {sunscreen.product.store_id}}
    for gmv, stores in sold.items():
        for pk in stores:
            url = reverse("merchants:store-detail", args=[shop.code, pk])
            assert figures(client_of(alice), url)[-1] == gmv


def test_a_row_of_a_report_leads_to_its_object_with_the_same_question(
    client_of: ClientOf, alice: User, shop: Merchant, sunscreen: Listing, published: None
) -> None:
    client, asked = (
        client_of(alice),
        {"first_on": day(2).isoformat(), "last_on": day(2).isoformat()},
    )
    report = reverse("reports:report-detail", args=[shop.code], query={**asked, "by": "listing"})
    html = client.get(report).content.decode()
    leads = pages(shop, sunscreen)["listing"]
    [url] = set(re.findall(rf'href="({leads}\?[^"]*)"', html))
    assert figures(client, url.replace("&amp;", "&"))[-1] == "¥5.00"


def test_days_that_are_not_computed_are_said_and_a_wrong_question_asks_the_usual_days(
    client_of: ClientOf, alice: User, shop: Merchant, sunscreen: Listing, published: None
) -> None:
    url = pages(shop, sunscreen)["note"]
    assert "28 of these days have no numbers" in client_of(alice).get(url).content.decode()
    assert figures(client_of(alice), f"{url}?first_on=never")[-1] == "¥12.00"
    early = client_of(alice).get(f"{url}?first_on={day(9)}&last_on={day(8)}").content.decode()
    assert "None of these days has numbers yet" in early


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_its_page_fits_a_phone(
    page_of: PageOf, alice: User, shop: Merchant, sunscreen: Listing, published: None, language: str
) -> None:
    page = page_of(alice, language=language, width=PHONE)
    page.goto(pages(shop, sunscreen)["product"])
    accessible(page)
    fits(page)


def test_the_table_of_an_object_page_alone_asks_neither_for_numbers_nor_for_history(
    client_of: ClientOf, alice: User, shop: Merchant, sunscreen: Listing, published: None
) -> None:
    url = pages(shop, sunscreen)["note"]
    asked = {}
    for name, headers in {
        "page": {},
        "table": {"HX-Request": "true", "HX-Target": "table"},
    }.items():
        with CaptureQueriesContext(connection) as captured:
            client_of(alice).get(url, headers=headers)
        asked[name] = [
            table
            for table in ("reports_touchfact", "accounts_auditentry")
            if any(f'FROM "{table}"' in query["sql"] for query in captured)
        ]
    assert asked == {"page": ["reports_touchfact", "accounts_auditentry"], "table": []}
