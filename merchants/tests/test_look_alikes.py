"""Whoever decides sees what is only said, and whose name could be taken for it."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from merchants.companies import look_alikes
from merchants.companies import verbs as merchants
from merchants.companies.models import Merchant
from merchants.openings.models import OpeningApplication
from merchants.stores import verbs as stores
from merchants.stores.models import Store
from portal.accounts.models import User

ClientOf = Callable[[User], Client]


@pytest.mark.parametrize(
    "name",
    ["ALICE  BEAUTY Co., Ltd.", "A1ice Beauty", "Аlice Beauty",
     "Alice Beauty 官方旗舰店", "Ａｌｉｃｅ·Ｂｅａｕｔｙ", "alice\u200bbeauty"],
)  # fmt: skip
def test_a_name_that_is_taken_for_another_is_found(
    shop: Merchant, rival: Merchant, name: str
) -> None:
    assert look_alikes.of(name, but=rival) == [shop]
    assert look_alikes.of(name, but=shop) == []


@pytest.mark.parametrize("name", ["Beauty Alice", "上海有限公司", "官方旗舰店", "", "A"])
def test_a_name_of_its_own_is_like_nobodys(shop: Merchant, rival: Merchant, name: str) -> None:
    assert look_alikes.of(name, but=rival) == []


def test_they_are_found_by_index_and_not_by_reading_every_name(
    shop: Merchant, rival: Merchant
) -> None:
    """Whichever of the two names holds the other."""
    shop.name = "花海"
    shop.save()
    with CaptureQueriesContext(connection) as asked:
        assert look_alikes.of("杭州花海旗舰店", but=rival) == [shop]
    [query] = asked.captured_queries
    with connection.cursor() as cursor:
        # So few rows are read whole, or in the order of another index, were that allowed.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        cursor.execute("EXPLAIN " + query["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "merchant_look" in plan
    assert "merchant_by_look" in plan
    assert "Seq Scan" not in plan


def test_the_page_that_decides_about_a_store_names_who_it_could_be_taken_for(
    client_of: ClientOf, admin: User, charlie: User, shop: Merchant, rival: Merchant
) -> None:
    store = stores.register(
        rival, kind="jd", name="A1ice Beauty 旗舰店", external_id="77", by=charlie,
        url="https://mall.jd.com/index-77.html",
    )  # fmt: skip
    page = client_of(admin).get(reverse("review:review-detail", args=["store", store.pk]))
    assert page.context["look_alikes"] == [shop]
    said = page.content.decode()
    for name in [rival.name, shop.name, *rival.stores.values_list("name", flat=True)]:
        assert name in said
    assert "Said by the merchant, not proven" in said


def test_the_page_that_decides_about_a_company_does_so_too(
    client_of: ClientOf, admin: User, charlie: User, shop: Merchant
) -> None:
    asked = merchants.register(name="Alice-Beauty", credit_code="91350100M000100Y43", by=charlie)
    asked = merchants.submit(asked, by=charlie)
    page = client_of(admin).get(reverse("review:review-detail", args=["merchant", asked.pk]))
    assert page.context["look_alikes"] == [shop]
    assert "Said by the merchant, not proven" in page.content.decode()


def test_a_verified_store_is_still_a_claim_and_a_document_is_one(
    client_of: ClientOf,
    admin: User,
    alice: User,
    shop: Merchant,
    tmall_store: Store,
    approval: OpeningApplication,
) -> None:
    page = client_of(alice).get(reverse("merchants:store-detail", args=[shop.code, tmall_store.pk]))
    assert "Said by the merchant, not proven" in page.content.decode()
    decision = reverse("review:review-detail", args=["application", approval.pk])
    assert "Shown by a document" in client_of(admin).get(decision).content.decode()
