"""The link of a listing: where it leads, what it writes down, and that it never dead-ends."""

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import InternalError, OperationalError, ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from merchants.catalogue.models import Product
from merchants.companies.models import Merchant
from merchants.links import click_ids, spool
from merchants.listings import verbs as listings
from merchants.listings.models import Listing
from merchants.pages.link import views
from merchants.stores.models import Store
from portal import clock
from portal.accounts.models import User
from tests.ruling import rewrite

BROWSER = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148"


def follow(listing: Listing, query: str = "", **headers: str) -> Any:
    client = Client(headers={"user-agent": BROWSER, **headers})
    return client.get(f"/l/{listing.code}{query}")


def spooled() -> list[dict[str, str]]:
    return [json.loads(line) for path in spool.rotate() for line in path.open(encoding="utf-8")]


def test_a_live_listing_leads_to_the_marketplace_with_a_signed_click(live_listing: Listing) -> None:
    answer = follow(live_listing)
    assert answer.status_code == 302
    where = urlsplit(answer["Location"])
    query = parse_qs(where.query)
    assert (where.scheme, where.netloc) == ("https", "detail.tmall.com")
    assert query["id"] == [live_listing.product.external_id]
    [click_id] = query["nl_click"]
    assert click_ids.read("click", click_id)
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "strict-origin"
    assert [(c["event_id"], c["user_id"]) for c in spooled()] == [(click_id, click_id)]


def test_the_click_is_a_touchpoint(live_listing: Listing) -> None:
    before = clock.now()
    follow(live_listing, "?u=" + click_ids.sign("reader", "reader-7"))
    [click] = spooled()
    assert before.isoformat() <= click.pop("occurred_at") <= clock.now().isoformat()
    assert click.pop("event_id")
    assert click == {
        "user_id": "reader-7",
        "note_id": live_listing.note.external_id,
        "kind": "click",
        "listing_id": str(live_listing.pk),
        "placement": "note_body",
    }


@pytest.mark.parametrize("u", ["reader-7", "reader-7.0000", ".", "%00", click_ids.__name__])
def test_a_reader_nobody_signed_is_not_believed(live_listing: Listing, u: str) -> None:
    follow(live_listing, f"?u={u}")
    [click] = spooled()
    assert click["user_id"] == click["event_id"]


@pytest.mark.parametrize("agent", ["Mozilla/5.0 (compatible; Googlebot/2.1)", "curl/8.5.0", ""])
def test_clicks_of_machines_are_kept_as_such(live_listing: Listing, agent: str) -> None:
    answer = follow(live_listing, **{"user-agent": agent})
    assert answer.status_code == 302
    assert "nl_click" not in answer["Location"]
    [click] = spooled()
    assert (click["kind"], click["listing_id"]) == ("machine_click", str(live_listing.pk))
    follow(live_listing)
    assert [click["kind"] for click in spooled()][1:] == ["click"]


def test_a_look_ahead_is_sent_on_and_is_no_click(live_listing: Listing) -> None:
    answer = follow(live_listing, **{"sec-purpose": "prefetch;prerender"})
    assert answer.status_code == 302
    assert "nl_click" not in answer["Location"]
    assert spooled() == []


def test_head_is_not_counted(live_listing: Listing) -> None:
    assert Client().head(f"/l/{live_listing.code}").status_code == 302
    assert spooled() == []


def path_of(answer: Any) -> str:
    assert answer.status_code == 302
    return str(urlsplit(answer["Location"]).path)


CLOSERS: dict[str, Callable[[], object]] = {
    "opening closed": lambda: rewrite(state="closed"),
    "store rejected": lambda: Store.objects.filter(kind="tmall").update(status="rejected"),
    "listing ended": lambda: Listing.objects.update(status="ended"),
    "product gone": lambda: Product.objects.filter(store__kind="tmall").update(is_available=False),
    "address changed": lambda: Product.objects.filter(store__kind="tmall").update(
        url="https://detail.tmall.com.evil.example/item.htm?id=1000001"
    ),
    "another kind": lambda: Product.objects.filter(store__kind="tmall").update(
        url="https://item.jd.com/1.html"
    ),
}


@pytest.mark.parametrize("why", CLOSERS)
def test_when_the_way_outside_closes_the_in_app_product_takes_over(
    live_listing: Listing, in_app_product: Product, why: str
) -> None:
    CLOSERS[why]()
    card = reverse("merchants:product-card", args=[in_app_product.pk])
    assert path_of(follow(live_listing)) == card
    assert in_app_product.title in Client().get(card).content.decode()
    assert len(spooled()) == 1


def test_without_the_product_the_shop_without_the_shop_a_search(
    live_listing: Listing, in_app_product: Product
) -> None:
    rewrite(state="closed")
    Product.objects.filter(pk=in_app_product.pk).update(is_available=False)
    shop_card = reverse("merchants:store-card", args=[in_app_product.store_id])
    assert path_of(follow(live_listing)) == shop_card
    assert Client().get(shop_card).status_code == 200
    Store.objects.update(status="rejected")
    answer = follow(live_listing)
    assert path_of(answer) == reverse("merchants:product-search")
    assert Client().get(answer["Location"]).status_code == 200
    assert Client().get(shop_card).status_code == 404


def test_a_merchant_that_is_not_verified_leads_nowhere_outside(live_listing: Listing) -> None:
    Merchant.objects.update(status="returned")
    assert path_of(follow(live_listing)) == reverse("merchants:product-search")
    Merchant.objects.update(status="verified")
    assert path_of(follow(live_listing)) == "/item.htm"


def test_nothing_in_the_request_chooses_the_way(live_listing: Listing) -> None:
    evil = "https://evil.example/"
    answer = follow(live_listing, f"?url={evil}&next={evil}&to={evil}&nl_click={evil}")
    assert "evil" not in answer["Location"]


def test_who_is_signed_in_is_nobody_where_readers_go(
    live_listing: Listing, client_of: Any, alice: User, django_assert_num_queries: Any
) -> None:
    client = client_of(alice)
    with django_assert_num_queries(0):
        assert client.get("/l/nosuchcode").status_code == 404
    assert (
        client.get(reverse("merchants:listing-list", args=[live_listing.merchant.code])).status_code
        == 200
    )


def test_an_unknown_code_offers_a_search(db: None) -> None:
    answer = Client().get("/l/nosuchcode")
    assert answer.status_code == 404
    assert reverse("merchants:product-search") in answer.content.decode()


def test_the_search_finds_what_is_sold_in_app(
    in_app_product: Product, tmall_product: Product
) -> None:
    page = reverse("merchants:product-search")
    found = Client().get(page, {"q": "cream"}).content.decode()
    assert in_app_product.title in found
    assert tmall_product.title not in found
    for words in ("nothing like it", "\0", "%", "<script>"):
        assert Client().get(page, {"q": words}).status_code == 200


def test_clicks_are_written_while_postgresql_takes_no_writes(live_listing: Listing) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET TRANSACTION READ ONLY")
        assert follow(live_listing).status_code == 302
        with pytest.raises(InternalError, match="read-only"), transaction.atomic():
            Listing.objects.update(has_ad_label=False)
        transaction.set_rollback(True)
    assert len(spooled()) == 1


def test_a_full_disk_does_not_stop_the_reader(live_listing: Listing, settings: Any) -> None:
    (settings.VAR_DIR / "clicks").write_text("a file where the folder should be")
    assert follow(live_listing).status_code == 302


def test_a_link_asks_one_question_which_is_prepared(
    live_listing: Listing, django_assert_num_queries: Any
) -> None:
    follow(live_listing)
    # Django does not count the one that is prepared.
    with django_assert_num_queries(0):
        follow(live_listing)
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        assert sum("merchants_listing" in statement for (statement,) in cursor.fetchall()) == 1


def test_behind_a_pooler_nothing_is_prepared(
    live_listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection.connection, "prepare_threshold", None)
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
        follow(live_listing)
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone() == (0,)


def record(event_id: str) -> None:
    spool.record({"event_id": event_id})


def test_no_click_is_lost_or_doubled_while_files_are_closed() -> None:
    with ThreadPoolExecutor(8) as pool:
        writes = [pool.submit(record, f"e-{n}") for n in range(400)]
        while not all(write.done() for write in writes):
            spool.rotate()
        for write in writes:
            write.result()
    assert sorted(c["event_id"] for c in spooled()) == sorted(f"e-{n}" for n in range(400))


def test_a_line_cut_short_spoils_only_itself(settings: Any) -> None:
    folder: Path = settings.VAR_DIR / "clicks"
    folder.mkdir()
    (folder / f"{os.getpid()}.open").write_text('{"event_id": "cut')
    record("whole")
    [path] = spool.rotate()
    cut, whole = path.read_text().splitlines()
    assert cut == '{"event_id": "cut'
    assert json.loads(whole)["event_id"] == "whole"


def test_a_full_file_is_closed_at_once(monkeypatch: Any, settings: Any) -> None:
    monkeypatch.setattr(spool, "MAX_BYTES", 10)
    for number in range(3):
        record(f"e-{number}")
    assert len(list((settings.VAR_DIR / "clicks").glob("*.jsonl"))) == 1


def test_signatures_are_for_one_purpose() -> None:
    signed = click_ids.sign("reader", "7")
    assert click_ids.read("reader", signed) == "7"
    assert click_ids.read("click", signed) is None


def test_a_coming_opening_waits_for_its_second(live_listing: Listing) -> None:
    rewrite(effective_at=clock.now() + timedelta(hours=1))
    assert path_of(follow(live_listing)).startswith("/p/")


def test_a_paused_listing_leads_to_the_in_app_product_until_it_returns(
    live_listing: Listing, in_app_product: Product
) -> None:
    owner = live_listing.created_by
    paused = listings.pause(live_listing, by=owner)
    card = reverse("merchants:product-card", args=[in_app_product.pk])
    assert path_of(follow(live_listing)) == card
    listings.resume(paused, by=owner)
    assert path_of(follow(live_listing)) == "/item.htm"


@pytest.mark.django_db
@pytest.mark.parametrize(("fault", "status"), [(OperationalError, 200), (ProgrammingError, 500)])
def test_a_page_for_readers_hides_an_outage_and_no_mistake_of_ours(
    fault: type[Exception], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise fault("it does not answer as it should")

    monkeypatch.setattr(views, "get_object_or_404", broken)
    answer = Client(raise_request_exception=False).get("/p/1/")
    assert answer.status_code == status
