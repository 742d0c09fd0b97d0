"""Clicks of the site's own links come into the lake once, each as what it is."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from merchants.links import clicks, facts, spool
from merchants.listings.models import Listing
from portal import clock
from portal.jobs.queue import run_now
from reports.sources import clicks as receiving
from reports.sources.clicks import receive_clicks, receive_due
from reports.sources.models import Batch
from reports.tests.sending import current


@pytest.mark.django_db
def test_the_spool_is_taken_in_as_the_source_links(live_listing: Listing) -> None:
    listing = facts.of_listing(live_listing)
    with clock.at(clock.now()):
        for reader in ("reader", "reader", None):
            clicks.write_down(listing, reader=reader, is_machine=False)
        clicks.write_down(listing, reader=None, is_machine=True)
    batch = receive_clicks()
    assert batch is not None
    assert batch.job is not None
    run_now(batch.job)
    batch = Batch.objects.select_related("source").get(pk=batch.pk)
    assert (batch.source.code, batch.accepted, batch.sent) == ("links", 4, 4)
    kinds = [kind for (kind,) in current("touchpoints", columns="kind")]
    assert Counter(kinds) == {"click": 2, "repeated_click": 1, "machine_click": 1}
    assert set(kinds) == set(clicks.ClickKind)
    assert receive_clicks() is None


def click(event_id: str) -> bytes:
    """A line of the spool."""
    said = {"event_id": event_id, "occurred_at": "2026-01-31T00:00:00Z", "user_id": "u1"}
    return json.dumps({**said, "note_id": "n1", "kind": "click"}).encode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "damage",
    [
        bytes(4096),
        bytes(2 << 20),
        b"\xff\xfe\xfa",
        b'{"event_id": "\xe7\xac',
        b"{" + b" " * (2 << 20),
        b'_id": "half a line"}',
        b'{"event_id": "half a l',
        b"PAR1",
        b"[]",
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_line_that_a_disk_has_damaged_costs_no_other_click(damage: bytes, place: int) -> None:
    lines = [click("c1"), click("c2")]
    lines.insert(place, damage)
    (spool.folder() / "1-1.jsonl").write_bytes(b"\n".join(lines))
    batch = receive_clicks()
    assert batch is not None
    assert batch.job is not None
    assert run_now(batch.job).state == "done"
    assert current("touchpoints", columns="event_id") == [("c1",), ("c2",)]
    batch.refresh_from_db()
    assert (batch.sent, batch.quarantined) == (3, 1)
    assert receive_clicks() is None


@pytest.mark.django_db
def test_what_is_no_file_of_clicks_keeps_none_waiting() -> None:
    for name, content in {"0-1.jsonl": b"", "1-1.jsonl": b"\n\n", "3-1.jsonl": click("c1")}.items():
        (spool.folder() / name).write_bytes(content)
    for name in ("2-1.jsonl", "4.open"):
        (spool.folder() / name).mkdir()
    batch = receive_clicks()
    assert batch is not None
    assert batch.file_name == "3-1.jsonl"
    assert not list(filter(lambda path: path.is_file(), spool.folder().iterdir()))


def spooled(*names: str) -> None:
    for name in names:
        (spool.folder() / f"{name}.jsonl").write_bytes(click(name) + b"\n")


@pytest.mark.django_db
def test_clicks_of_all_processes_come_in_as_one_batch_every_five_minutes() -> None:
    now = clock.now()
    with clock.at(now):
        spooled("1", "2", "3")
        batch = receive_due()
        assert batch is not None
        assert batch.job is not None
        assert run_now(batch.job).state == "done"
        spooled("4")
    with clock.at(now + receiving.EVERY - timedelta(seconds=1)):
        assert receive_due() is None
    with clock.at(now + receiving.EVERY):
        later = receive_due()
        assert later is not None
        assert later.job is not None
        assert run_now(later.job).state == "done"
    assert [name for (name,) in current("touchpoints")] == ["1", "2", "3", "4"]


@pytest.mark.django_db
def test_many_clicks_do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    spooled("1")
    assert receive_due() is not None
    spooled("2")
    assert receive_due() is None
    monkeypatch.setattr(receiving, "MOST_BYTES", len(click("2")))
    assert receive_due() is not None


@pytest.mark.django_db
def test_clicks_that_were_received_but_not_removed_come_in_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever is killed between the two leaves some files, and others come beside them."""

    def die(path: Path) -> None:
        raise RuntimeError("killed")

    spooled("1", "2", "3")
    with monkeypatch.context() as dying:
        dying.setattr(receiving, "_remove", die)
        with pytest.raises(RuntimeError, match="killed"):
            receive_clicks()
    (spool.folder() / "1.jsonl").unlink()
    spooled("4")
    assert receive_clicks() is not None
    for batch in Batch.objects.order_by("pk"):
        assert batch.job is not None
        assert run_now(batch.job).state == "done"
    assert [name for (name,) in current("touchpoints")] == ["1", "2", "3", "4"]
    assert list(Batch.objects.order_by("pk").values_list("accepted", "duplicate")) == [
        (3, 0), (1, 2),
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_file_that_breaks_in_the_middle_keeps_no_other_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = spool.lines

    def broken(path: Path) -> Iterator[bytes]:
        yield from lines(path)
        if path.stem == "2":
            raise OSError("The disk is damaged.")

    spooled("1", "2", "3")
    with monkeypatch.context() as damaged:
        damaged.setattr(spool, "lines", broken)
        batch = receive_clicks()
    assert batch is not None
    assert batch.job is not None
    assert run_now(batch.job).state == "done"
    assert [path.stem for path in spool.folder().glob("*.jsonl")] == ["2"]
    assert [name for (name,) in current("touchpoints")] == ["1", "2", "3"]
