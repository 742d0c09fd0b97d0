"""The copy of all links, when its file is damaged, of another version, or of another database."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from merchants.links import local_copy, refreshing
from merchants.listings.models import Listing

pytestmark = pytest.mark.django_db


def place(settings: Any) -> Path:
    return Path(settings.VAR_DIR / "links" / "copy.sqlite")


def test_a_copy_of_another_database_is_made_anew(live_listing: Listing, settings: Any) -> None:
    refreshing.refresh()
    with sqlite3.connect(place(settings)) as copy:
        copy.execute("UPDATE said SET text = 'another' WHERE name = 'database'")
        copy.execute("INSERT INTO link VALUES ('of-another', 999, '[]')")
    refreshing.refresh()
    assert local_copy.find(live_listing.code)
    with pytest.raises(local_copy.NoCopy):
        local_copy.find("of-another")


def test_a_broken_copy_is_begun_anew(live_listing: Listing, settings: Any) -> None:
    refreshing.refresh()
    place(settings).write_bytes(b"no database at all" * 1000)
    with pytest.raises(local_copy.NoCopy):
        local_copy.find(live_listing.code)
    with pytest.raises(sqlite3.DatabaseError):
        refreshing.refresh()
    refreshing.refresh()
    assert local_copy.find(live_listing.code)


def damage(settings: Any, statement: str) -> None:
    with sqlite3.connect(place(settings)) as copy:
        copy.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        """UPDATE link SET facts = '["another version", 1]'""",
        "UPDATE link SET facts = NULL",
        "UPDATE said SET text = 'of another version' WHERE name = 'form'",
        """UPDATE said SET text = '{"programmes": []}' WHERE name = 'policy'""",
        "UPDATE said SET text = '{' WHERE name = 'policy'",
        "UPDATE said SET text = 'lately' WHERE name = 'read_at'",
        "DELETE FROM said WHERE name = 'read_at'",
    ],
)
def test_a_copy_that_cannot_be_read_is_none(
    live_listing: Listing, settings: Any, statement: str
) -> None:
    refreshing.refresh()
    damage(settings, statement)
    with pytest.raises(local_copy.NoCopy):
        local_copy.find(live_listing.code)


@pytest.mark.parametrize("name", ["form", "horizon", "seen", "read_at", "database"])
@pytest.mark.parametrize("change", ["UPDATE said SET text = 'x'", "DELETE FROM said"])
def test_a_copy_that_does_not_say_how_far_it_is_is_made_anew(
    live_listing: Listing, settings: Any, change: str, name: str
) -> None:
    refreshing.refresh()
    damage(settings, "UPDATE link SET facts = 'of another version'")
    damage(settings, f"{change} WHERE name = '{name}'")
    refreshing.refresh()
    assert local_copy.find(live_listing.code).facts.code == live_listing.code


def test_a_copy_that_is_damaged_where_nobody_reads_is_begun_anew(
    live_listing: Listing, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    refreshing.refresh()
    whole = place(settings).read_bytes()
    place(settings).write_bytes(whole[:4096] + bytes(4096) + whole[8192:])
    monkeypatch.setattr(refreshing, "_turn", refreshing._Turn())
    refreshing.refresh_here()
    assert local_copy.find(live_listing.code)
