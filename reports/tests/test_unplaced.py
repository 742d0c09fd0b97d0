"""What arrived and belongs nowhere is counted where the platform sees it."""

from typing import Any

import pytest

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.stores.models import Store, StoreStatus
from portal.accounts.models import User
from portal.jobs.models import Job
from portal.jobs.queue import run_now
from reports.attribution import tally
from reports.attribution.unplaced import TalliedDay, Unplaced
from reports.tasks import tally_due
from reports.tests.sending import Send

pytestmark = pytest.mark.django_db

PAGE = "/platform/sources/unplaced/"
HEAD = "event_id,occurred_at,user_id,store_id,kind,value_fen\n"
TOUCHES = "event_id,occurred_at,user_id,note_id,kind,listing_id,boost_id\n"


def order(event_id: str, store_id: str, *, day: int = 1, fen: int = 100) -> str:
    return f"{event_id},2026-01-{day:02}T08:00:00Z,u1,{store_id},order,{fen}\n"


def look() -> None:
    """What beat wakes, and the job that it asks for."""
    tally_due()
    for job in Job.objects.open().filter(kind="reports.tally"):
        run_now(job)


def told() -> list[tuple[str, str, int, int]]:
    rows = Unplaced.objects.by_code()
    return sorted((row["what"], row["code"], row["events"], int(row["value"])) for row in rows)


def test_orders_of_a_store_that_nobody_registered_are_counted_until_it_is_verified(
    send: Send, tmall_store: Store, admin: User, client_of: Any
) -> None:
    known, unknown = order("c1", tmall_store.external_id), order("c2", "8888")
    send(HEAD + known + unknown + order("c3", "8888", day=3, fen=50), source="taobao_tmall")
    look()
    assert told() == [("store", "8888", 2, 150)]
    page = client_of(admin).get(PAGE).content.decode()
    assert "Nobody has registered this store." in page
    assert "1.50" in page
    assert (
        "Ids in events that belong nowhere" in client_of(admin).get("/platform/").content.decode()
    )

    Store.objects.filter(pk=tmall_store.pk).update(external_id="8888")
    look()
    assert told() == []


def test_a_store_that_is_only_claimed_has_not_found_its_place(
    send: Send, tmall_store: Store
) -> None:
    Store.objects.filter(pk=tmall_store.pk).update(status=StoreStatus.VERIFYING)
    send(HEAD + order("c1", tmall_store.external_id), source="taobao_tmall")
    look()
    assert told() == [("store", tmall_store.external_id, 1, 100)]


def test_orders_of_a_tmall_store_sent_as_jd_are_said_to_be_under_the_wrong_source(
    send: Send, tmall_store: Store, manager: User, client_of: Any
) -> None:
    send(HEAD + order("c1", tmall_store.external_id), source="jd")
    look()
    page = client_of(manager).get(PAGE).content.decode()
    assert "A store with this id is registered at Tmall" in page


def test_a_correction_changes_the_value_and_a_duplicate_nothing(send: Send) -> None:
    send(HEAD + order("c1", "8888"), source="jd")
    look()
    send(HEAD + order("c1", "8888", fen=40), source="jd")
    send(HEAD + order("c1", "8888", fen=40) + order("c9", "8888", fen=1), source="jd")
    look()
    assert told() == [("store", "8888", 2, 41)]
    assert not tally.is_due()


def test_clicks_and_boosts_that_name_nothing_are_counted_and_reads_of_other_notes_are_not(
    send: Send, live_listing: Listing, shop: Merchant
) -> None:
    note = live_listing.note.external_id
    rows = [
        f"t1,2026-01-01T08:00:00Z,u1,{note},click,{live_listing.pk},",
        "t2,2026-01-01T08:00:00Z,u1,elsewhere,view,,",
        "t3,2026-01-01T08:00:00Z,u1,elsewhere,click,99999999999999999999,",
        f"t4,2026-01-01T08:00:00Z,u1,{note},view,,no-boost",
        f"t5,2026-01-01T08:00:00Z,u1,{note},click,L-7,",
    ]
    send(TOUCHES + "\n".join(rows) + "\n")
    look()
    assert told() == [
        ("boost", "no-boost", 1, 0),
        ("listing", "99999999999999999999", 1, 0),
        ("listing", "L-7", 1, 0),
        ("note", "elsewhere", 1, 0),
    ]


def test_more_ids_than_a_day_keeps_are_one_sum(send: Send, monkeypatch: Any) -> None:
    monkeypatch.setattr(tally, "MOST_CODES", 2)
    ids = ["a", "a", "a", "b", "b", "c", "d"]
    send(HEAD + "".join(order(f"c{k}", store) for k, store in enumerate(ids)), source="jd")
    look()
    assert told() == [("store", "", 2, 200), ("store", "a", 3, 300), ("store", "b", 2, 200)]


def test_a_lake_from_before_is_looked_up_too(send: Send) -> None:
    send(HEAD + order("c1", "8888"), source="jd")
    TalliedDay.objects.all().delete()
    look()
    assert told() == [("store", "8888", 1, 100)]
