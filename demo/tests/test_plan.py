"""The demo world before it is a row: the same seed gives the same world, and its truth holds."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from demo.partners import events, truth
from demo.partners.files import Writer
from demo.people import touches, visitors
from demo.people.journeys import Journey, Traveller
from demo.people.readers import Readers
from demo.people.touches import Touches
from demo.people.visitors import Clicks
from demo.plan.inventing import invent
from demo.plan.period import Period
from demo.plan.planned import Stage, World
from merchants.companies import credit_codes
from merchants.marketplaces.addresses import recognise, recognise_store

TOUCHPOINTS = 3_000


@pytest.fixture(scope="module")
def world() -> World:
    return invent(7, merchants=9, period=Period.ending(date(2026, 3, 31), days=10))


@pytest.fixture(scope="module")
def journeys(world: World) -> list[Journey]:
    return list(Traveller(world).journeys(TOUCHPOINTS))


@pytest.fixture(scope="module")
def all_touches(world: World, journeys: list[Journey]) -> Touches:
    bought = touches.of_buyers(world, journeys)
    read = Readers(world).touches(TOUCHPOINTS - len(bought))
    return touches.in_order(read, bought)[0]


def test_the_same_seed_invents_the_same_world(world: World) -> None:
    assert invent(7, merchants=9, period=world.period) == world
    assert invent(8, merchants=9, period=world.period) != world


def test_every_company_store_and_product_would_be_believed(world: World) -> None:
    for merchant in world.merchants:
        assert credit_codes.is_valid(merchant.credit_code)
        for store in merchant.stores:
            assert not store.is_external or recognise_store(store.url).kind == store.kind
        for product in merchant.products:
            if product.url:
                assert recognise(product.url)[:2] == (product.store.kind, product.external_id)


def test_merchants_have_come_more_and_less_far(world: World) -> None:
    stages = Counter(merchant.stage for merchant in world.merchants)
    assert set(stages) == set(Stage)
    assert {store.kind for store in world.merchants[0].stores} == {
        "in_app", "tmall", "taobao", "jd", "vip",
    }  # fmt: skip


def test_no_note_links_one_store_twice(world: World) -> None:
    links = Counter((x.note.external_id, x.product.store.external_id) for x in world.listings)
    assert set(links.values()) == {1}


def test_there_are_exactly_as_many_touches_as_asked_for(all_touches: Touches) -> None:
    assert len(all_touches) == TOUCHPOINTS
    assert (all_touches.at[1:] >= all_touches.at[:-1]).all()


def test_everything_happens_inside_the_period(
    world: World, journeys: list[Journey], all_touches: Touches
) -> None:
    first = touches.microseconds(world.period.starts_at)
    end = touches.microseconds(world.period.ends_at)
    assert first <= all_touches.at[0]
    assert all_touches.at[-1] < end
    assert all(c.at < world.period.ends_at for j in journeys for c in j.conversions)


def test_each_click_of_an_ad_is_one_read(
    world: World, journeys: list[Journey], all_touches: Touches
) -> None:
    """Hours that had more reads than clicks, fewer, none, and reads where nothing was clicked."""
    bought = touches.of_buyers(world, journeys)
    read = Readers(world).touches(TOUCHPOINTS - len(bought))
    shown = touches.joined(read, bought)
    hours = Counter(_boosted(shown))
    (many, most), *others = hours.most_common()
    assert most > 1
    assert others
    wanted = {many: most - 1, others[0][0]: others[0][1] + 5, (0, 0, 0): 3}
    columns = [*zip(*wanted, strict=True), tuple(wanted.values())]
    clicks = Clicks(*np.array(columns, dtype=np.int64))
    told, told_bought = visitors.one_to_one(read, bought, clicks, seed=7)
    assert Counter(_boosted(touches.joined(told, told_bought))) == wanted
    assert len(told) - len(read) == 5 + 3
    assert len(told_bought) == len(bought)


def _boosted(shown: Touches) -> Iterator[tuple[int, int, int]]:
    """Boost, note and hour of each read that carries a boost."""
    hour = shown.at - shown.at % visitors.HOUR_US
    rows = zip(*(c.tolist() for c in (shown.boost, shown.note, hour, shown.kind)), strict=True)
    for boost, note, at, kind in rows:
        if boost != touches.NONE and kind == visitors.VIEW:
            yield boost, note, at


def test_a_conversion_is_credited_once_or_unmatched(
    world: World, journeys: list[Journey], all_touches: Touches
) -> None:
    told = truth.tell(world, journeys, all_touches)
    for merchant in told.values():
        ordered = sum(store["order"] for store in merchant.stores.values())
        for credited in merchant.last_touch.values():
            assert sum(level["order"] for level in credited.levels.values()) == ordered
            matched = ordered - credited.levels["unmatched"]["order"]
            assert sum(note["order"] for note in credited.notes.values()) == matched


def test_files_hold_each_event_and_the_faults_that_were_counted(
    world: World, journeys: list[Journey], all_touches: Touches, tmp_path: Path
) -> None:
    names = events.Names(
        listings={listing.key: str(i) for i, listing in enumerate(world.listings)},
        boosts=[boost.key for boost in world.boosts],
    )
    table = events.touchpoints(world, all_touches, names)
    written = list(Writer(tmp_path, seed=7).touchpoints(table, world.period))
    assert sum(file.accepted for file in written) == TOUCHPOINTS
    assert all(file.duplicate for file in written[1:])
    assert written[-1].quarantined
    assert pq.read_metadata(written[0].path).num_rows == written[0].sent


@pytest.mark.parametrize("sold", [0, 1])
def test_stores_that_sold_little_have_files_too(
    world: World, journeys: list[Journey], tmp_path: Path, sold: int
) -> None:
    """Of the one shop that sold something, and of none."""
    table = events.conversions(journeys, defaultdict(str))["in_app"]
    own = table["store_id"][0].as_py()
    few = table.filter(pc.equal(table["store_id"], own)).slice(0, sold)
    writer = Writer(tmp_path, seed=7)
    tables = {"in_app": few, "jd": few.slice(0, 0), "vip": few.slice(0, 0)}
    written = writer.conversions(tables, own_store=own, uploader="shop", period=world.period)
    assert sum(file.accepted for file in written) == sold
