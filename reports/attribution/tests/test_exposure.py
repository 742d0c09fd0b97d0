"""What the engine counts as exposure: a touch once for its note, with the listings live at it."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest

from reports.attribution import engine, samples
from reports.attribution.engine import QUERIES
from reports.attribution.tests import sampled, worlds
from reports.attribution.tests.reference import Listing, Touchpoint, World

EPOCH = date(1970, 1, 1)
FIRST, LAST = date(2026, 3, 5), date(2026, 3, 30)
SHANGHAI = timedelta(hours=8)


def day_of(touchpoint: Touchpoint) -> date:
    return (touchpoint.occurred_at + SHANGHAI).date()


def numbers(world: World) -> dict[str, int]:
    """A number for each listing, as the portal has one."""
    ids = sorted({listing.listing_id for listing in world.listings})
    Random(1).shuffle(ids)
    return {listing_id: number for number, listing_id in enumerate(ids, 1)}


def by_hand(world: World) -> Counter[tuple[Any, ...]]:
    """Touch by touch: day, note, kind, listings, and what of a sample it is."""
    number, found = numbers(world), Counter[tuple[Any, ...]]()
    for touch in world.touchpoints:
        live = {
            listing.listing_id
            for listing in world.listings
            if listing.note_id == touch.note_id and is_live(listing, touch)
        }
        if live and FIRST <= day_of(touch) <= LAST:
            shown = {touch.listing_id} if touch.listing_id in live else live
            ids = ",".join(str(one) for one in sorted(number[one] for one in shown))
            about = day_of(touch), touch.note_id, touch.kind, f"{{{ids}}}"
            found[*about, *sampled.of_touch(touch)] += 1
    return found


def is_live(listing: Listing, touch: Touchpoint) -> bool:
    after = listing.live_to is None or touch.occurred_at < listing.live_to
    return listing.live_from <= touch.occurred_at and after


def by_engine(world: World, work_dir: Path) -> Counter[tuple[Any, ...]]:
    number = numbers(world)
    notes = {listing.listing_id: listing.note_id for listing in world.listings}
    numbered = {note: place for place, note in enumerate(sorted(set(notes.values())), 1)}
    relations = {
        "touches": pa.table(
            {
                "touchpoint_id": [f"{t.event_id}\x1f{t.source}" for t in world.touchpoints],
                "source": [touch.source for touch in world.touchpoints],
                "user_id": [t.user_id and t.user_id.encode() for t in world.touchpoints],
                "touched_at": pa.array(
                    [touch.occurred_at for touch in world.touchpoints], pa.timestamp("us", "UTC")
                ).cast(pa.int64()),
                "note_id": [touch.note_id for touch in world.touchpoints],
                "kind": [touch.kind for touch in world.touchpoints],
                "listing_id": pa.array([t.listing_id for t in world.touchpoints], pa.string()),
                "boost_id": pa.array([None] * len(world.touchpoints), pa.string()),
                "is_here": [1] * len(world.touchpoints),
            }
        ),
        "staged_listings": pa.Table.from_pylist(
            [vars(listing) for listing in world.listings],
            pa.schema(
                [
                    (name, pa.string())
                    for name in ("listing_id", "note_id", "product_id", "store_id")
                ]
                + [(name, pa.timestamp("us", "UTC")) for name in ("live_from", "live_to")]
            ),
        ),
        "known_listings": pa.table(
            {
                "listing_id": list(notes),
                "listing": [number[one] for one in notes],
                "note": [numbered[note] for note in notes.values()],
                "merchant_id": [1] * len(notes),
            }
        ),
        "known_boosts": pa.table(
            {
                "external_id": pa.array([], pa.string()),
                "boost_id": pa.array([], pa.int64()),
                "merchant_id": pa.array([], pa.int64()),
            }
        ),
    }
    named = {place: note for note, place in numbered.items()}
    found = Counter[tuple[Any, ...]]()
    with engine.session(reads=[], work_dir=work_dir) as connection:
        for name, table in relations.items():
            connection.register(name, table)
        samples.none(connection)
        connection.register("touch_regimes", sampled.nouns(world)["touch_regimes"])
        QUERIES.view(connection, "bare/listings")
        span = {"first_day": (FIRST - EPOCH).days, "last_day": (LAST - EPOCH).days}
        for day, _merchant, note, _boost, kind, listing_ids, *seen, count in QUERIES.rows(
            connection, "lake/touch_facts", **span
        ):
            found[EPOCH + timedelta(days=day), named[note], kind, listing_ids, *seen] += count
    return found


@pytest.mark.parametrize("seed", range(3))
def test_exposure_is_counted_as_touch_by_touch(seed: int, tmp_path: Path) -> None:
    """In hundreds of hostile worlds at once: ties with the ends of periods, ended and repeated
    periods, several listings of a note, clicks that name a listing which was live or was not."""
    world = worlds.together(
        [worlds.world(1000 * seed + number, ("mall", "shop")) for number in range(400)]
    )
    expected = by_hand(world)
    assert by_engine(world, tmp_path) == expected
    shared = [listings for _on, _note, _kind, listings, *_seen in expected if "," in listings]
    assert len(shared) > 100
    assert len({seen for *_of, group, ratio in expected for seen in [(group, ratio)]}) > 60
