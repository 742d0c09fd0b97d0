"""What readers and buyers did, as the tables that the community and the marketplaces send."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from demo.people.journeys import Conversion, Journey, Touch
from demo.people.touches import FIRST_BUYER, KINDS, NONE, Numbers, Touches
from demo.plan.planned import World

INSTANT = pa.timestamp("us", tz="UTC")
# Which source tells of the conversions of which kind of store.
SOURCES = {
    "in_app": "in_app",
    "taobao": "taobao_tmall",
    "tmall": "taobao_tmall",
    "jd": "jd",
    "vip": "vip",
}
CONVERSIONS = pa.schema(
    {
        "event_id": pa.string(),
        "occurred_at": INSTANT,
        "user_id": pa.string(),
        "click_id": pa.string(),
        "store_id": pa.string(),
        "product_id": pa.string(),
        "kind": pa.string(),
        "order_id": pa.string(),
        "quantity": pa.int64(),
        "value_fen": pa.int64(),
        "is_new_customer": pa.bool_(),
        "refund_of": pa.string(),
    }
)


@dataclass(frozen=True)
class Names:
    """What the portal calls the world's listings, by their `key`, and its boosts, by their place:
    first those of the world's list, None where nobody asked for it, then those asked for late."""

    listings: Mapping[str, str]
    boosts: Sequence[str | None]


def touchpoints(world: World, touches: Touches, names: Names) -> pa.Table:
    """The community's table; its event ids count the touches from 0."""
    return pa.table(
        {
            "event_id": [touch_id(place) for place in range(len(touches))],
            "occurred_at": pa.array(touches.at).cast(INSTANT),
            "user_id": [f"u{number:09d}" for number in touches.user.tolist()],
            "note_id": _named([note.external_id for _, note in world.notes], touches.note),
            "kind": _named(KINDS, touches.kind),
            "listing_id": _named([names.listings[x.key] for x in world.listings], touches.listing),
            "boost_id": _named(names.boosts, touches.boost),
            "placement": _named([x.placement for x in world.listings], touches.listing),
        }
    )


def touch_id(place: int) -> str:
    return f"t{place:09d}"


def _named(names: Sequence[str | None], places: Numbers) -> pa.Array:
    """The name at each place; null for NONE."""
    return pa.array(names, pa.string()).take(pa.array(places, mask=places == NONE))


def conversions(journeys: Sequence[Journey], clicks: Mapping[Touch, str]) -> dict[str, pa.Table]:
    """Each source's table; `clicks` are the event ids of the touches."""
    told: dict[str, list[tuple[Conversion, Journey]]] = defaultdict(list)
    for journey in journeys:
        for conversion in journey.conversions:
            told[SOURCES[conversion.store.kind]].append((conversion, journey))
    return {source: _table(source, rows, clicks) for source, rows in sorted(told.items())}


def _table(
    source: str, told: list[tuple[Conversion, Journey]], clicks: Mapping[Touch, str]
) -> pa.Table:
    told.sort(key=lambda row: row[0].at)
    ids = {conversion: f"{source}-{place:08d}" for place, (conversion, _) in enumerate(told)}
    rows = [_row(conversion, journey, ids, clicks) for conversion, journey in told]
    return pa.Table.from_pylist(rows, schema=CONVERSIONS)


def _row(
    conversion: Conversion,
    journey: Journey,
    ids: Mapping[Conversion, str],
    clicks: Mapping[Touch, str],
) -> dict[str, object]:
    order = conversion.refund_of or conversion
    bought = conversion.value_fen is not None
    return {
        "event_id": ids[conversion],
        "occurred_at": conversion.at,
        "user_id": None if conversion.click else f"u{FIRST_BUYER + journey.number:09d}",
        "click_id": clicks[conversion.click] if conversion.click else None,
        "store_id": conversion.store.external_id,
        "product_id": conversion.product.external_id if conversion.product else None,
        "kind": conversion.kind,
        "order_id": f"o-{ids[order]}" if bought else None,
        "quantity": conversion.quantity,
        "value_fen": conversion.value_fen,
        "is_new_customer": conversion.is_new_customer,
        "refund_of": ids[order] if conversion.refund_of else None,
    }
