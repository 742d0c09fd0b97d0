"""A click that follows the same reader's click on the same listing too soon is repeated."""

import json
import multiprocessing
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from merchants.links import click_ids, clicks, facts, repeats
from merchants.listings.models import Listing
from merchants.tests.test_links import follow, spooled
from portal import clock

AT = datetime(2026, 3, 1, 15, 59, 55, tzinfo=UTC)  # five seconds before midnight in Shanghai


def seconds(count: float) -> datetime:
    return AT + timedelta(seconds=count)


def pressed(*offsets: float, reader: str = "reader-7", listing_id: int = 1) -> list[str | None]:
    """What each press repeats; presses are named after their seconds."""
    return [
        repeats.earlier(
            reader=reader, listing_id=listing_id, click_id=str(offset), at=seconds(offset)
        )
        for offset in offsets
    ]


def test_ten_seconds_are_too_soon_and_a_microsecond_more_is_not() -> None:
    assert pressed(0, 10) == [None, "0"]
    assert pressed(30, 40.000001) == [None, None]


def test_a_row_of_presses_is_one_click_however_long_it_is() -> None:
    assert pressed(0, 8, 16, 24) == [None, "0", "0", "0"]
    assert pressed(34.5) == [None]


def test_midnight_changes_nothing() -> None:
    assert clock.day_of(seconds(0)) != clock.day_of(seconds(8))
    assert pressed(0, 8) == [None, "0"]


def test_presses_may_arrive_in_another_order_than_they_were_made() -> None:
    assert pressed(8, 0, 20) == [None, "8", None]


def test_another_reader_or_listing_begins_anew() -> None:
    assert pressed(0) == pressed(1, reader="reader-8") == pressed(2, listing_id=2) == [None]
    assert pressed(3) == ["0"]


def test_what_is_long_past_is_forgotten(settings: Any) -> None:
    for offset in (0, 1000):
        for number in range(500):
            pressed(offset, reader=f"reader-{offset}-{number}")
    assert 500 <= sum(len(json.loads(file.read_text())) for file in files(settings)) < 700


def files(settings: Any) -> list[Any]:
    return list((settings.VAR_DIR / "clicks" / "recent").iterdir())


def test_a_file_that_was_cut_short_is_read_as_empty(settings: Any) -> None:
    pressed(0)
    [file] = files(settings)
    file.write_text(file.read_text()[:-5])
    assert pressed(1, 2) == [None, "1"]


def press_many(count: int) -> int:
    """How many presses of one reader within a second are counted here."""
    return pressed(*[number / 100 for number in range(count)]).count(None)


def test_of_presses_in_several_processes_one_is_counted(settings: Any) -> None:
    with multiprocessing.get_context("fork").Pool(4) as pool:
        assert sum(pool.map(press_many, [25] * 4, chunksize=1)) == 1


def click_of(answer: Any) -> str:
    [click_id] = parse_qs(urlsplit(answer["Location"]).query)["nl_click"]
    return str(click_id)


def test_a_repeated_click_is_kept_and_goes_on_with_the_id_of_the_counted_one(
    live_listing: Listing,
) -> None:
    known = "?u=" + click_ids.sign("reader", "reader-7")
    with clock.at(clock.now()):
        counted, repeated = (click_of(follow(live_listing, known)) for _press in range(2))
    assert counted == repeated
    first, second = sorted(spooled(), key=lambda click: click["kind"])
    assert (first["kind"], first["event_id"]) == ("click", counted)
    assert second["kind"] == "repeated_click"
    assert click_ids.read("click", second["event_id"])
    assert second["event_id"] != counted
    with clock.at(clock.now() + timedelta(seconds=11)):
        assert click_of(follow(live_listing, known)) != counted


def test_readers_nobody_knows_are_never_folded(live_listing: Listing) -> None:
    assert click_of(follow(live_listing)) != click_of(follow(live_listing))
    assert [click["kind"] for click in spooled()] == ["click", "click"]


def test_a_machine_repeats_nothing_and_is_repeated_by_nobody(live_listing: Listing) -> None:
    for is_machine in (True, False, True):
        clicks.write_down(facts.of_listing(live_listing), reader="reader-7", is_machine=is_machine)
    kinds = [click["kind"] for click in spooled()]
    assert kinds == ["machine_click", "click", "machine_click"]


def test_where_the_disk_takes_nothing_the_reader_goes_on(
    live_listing: Listing, settings: Any
) -> None:
    (settings.VAR_DIR / "clicks").mkdir()
    (settings.VAR_DIR / "clicks" / "recent").write_text("a file where the folder should be")
    assert clicks.write_down(facts.of_listing(live_listing), reader="reader-7", is_machine=False)
    assert [click["kind"] for click in spooled()] == ["click"]
