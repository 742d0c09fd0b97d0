"""One touchpoint's way, from the line of its file to the number on the page, room by room."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.core.management import call_command
from django.test import Client

from merchants.companies.models import Merchant
from merchants.listings import verbs as listings
from merchants.listings.models import Listing
from merchants.notes import verbs as notes
from portal import clock
from portal.accounts.models import User
from reports.answers.answer import answer
from reports.answers.question import Question
from reports.attribution.choices import Model
from reports.attribution.models import CreditFact, ReportDay, TouchFact
from reports.lake import tables as lake
from reports.sources.models import Batch

NOTE = "64f1c0ffee0000000000beef"


@pytest.fixture
def listing(shop: Merchant, alice: User) -> Listing:
    """A product of the in-app shop, live on a note for a week."""
    since = clock.now() - timedelta(days=7)
    note = notes.mirror(
        shop,
        external_id=NOTE,
        title="敏皮自救",
        author_name="小鹿",
        kind="image",
        published_at=since,
    )
    product = shop.stores.get(kind="in_app").products.get()
    with clock.at(since):
        linked = listings.link(
            shop, note=note, product=product, placement="note_body", has_ad_label=True, by=alice
        )
        return listings.publish(linked, by=alice)


@pytest.mark.django_db(transaction=True)
def test_one_touchpoint_from_its_file_to_the_page(
    listing: Listing, alice: User, client_of: Callable[[User], Client], tmp_path: Path
) -> None:
    day = clock.today() - timedelta(days=1)
    _goes_through_the_door(tmp_path, listing, day)
    _rests_in_the_lake(day)
    _is_joined(day)
    _is_asked_for(listing, day)
    _is_shown(client_of(alice), listing.merchant, day)


def _goes_through_the_door(folder: Path, listing: Listing, day: date) -> None:
    store = listing.product.store.external_id
    touchpoints, orders = folder / "touchpoints.csv", folder / "orders.csv"
    touchpoints.write_text(
        "event_id,occurred_at,user_id,note_id,kind\n"
        f"t1,{day}T23:59:59.999999+08:00,lin,{NOTE},view\n"
        f"t0,{day}T09:00:00+08:00,lin,{NOTE},view\n"
    )
    orders.write_text(
        "event_id,occurred_at,user_id,store_id,product_id,kind,value_fen\n"
        f"o1,{day}T10:00:00+08:00,lin,{store},{listing.product.external_id},order,12345\n"
    )
    call_command("ingest", "community", str(touchpoints))
    call_command("ingest", "in_app", str(orders))
    batch = Batch.objects.get(source__code="community")
    assert (batch.sent, batch.accepted, batch.duplicate, batch.quarantined) == (2, 2, 0, 0)


def _rests_in_the_lake(day: date) -> None:
    """Under its business day, with a key in the place of its user."""
    files = lake.open_table("touchpoints").file_uris()
    rows = [row for file in files for row in pq.read_table(file).to_pylist()]
    assert {row["event_id"] for row in rows} == {"t0", "t1"}
    assert all(str(day) in file for file in files)
    assert "lin" not in {str(value) for row in rows for value in row.values()}
    assert len({row["user_key"] for row in rows}) == 1


def _is_joined(day: date) -> None:
    """The earlier view earns the order; the one a microsecond before midnight counts."""
    call_command("attribute", "--from", str(day), "--to", str(day))
    report_day = ReportDay.objects.current().get(merchant__listings__note__external_id=NOTE)
    facts = {"report_day_id": report_day.pk, "on": day}
    (touched,) = TouchFact.objects.filter(**facts)
    assert (touched.kind, touched.touchpoints) == ("view", 2)
    (credit,) = CreditFact.objects.filter(**facts, last_touch_micro__gt=0, window_days=15)
    assert (credit.last_touch_micro, credit.last_touch_fen) == (1_000_000, Decimal(12_345))
    assert credit.level == "product"


def _is_asked_for(listing: Listing, day: date) -> None:
    question = Question(listing.merchant, day, day, Model.LAST_TOUCH, 15)
    report = answer(question)
    assert report.total.touchpoints == {"view": 2}
    assert report.total.value_fen["order"] == 12_345


def _is_shown(browser: Client, merchant: Merchant, day: date) -> None:
    page = browser.get(f"/m/{merchant.code}/reports/?first_on={day}&last_on={day}")
    assert "¥123.45" in page.content.decode()
    exported = browser.get(f"/m/{merchant.code}/reports/?first_on={day}&last_on={day}&export=csv")
    lines = exported.getvalue().decode("utf-8-sig").splitlines()
    assert any(NOTE in line and ",2," in line and "123.45" in line for line in lines)
