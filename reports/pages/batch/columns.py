"""What a file has to hold, said before it is uploaded: each column, and a file to start from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import words
from reports.events.contract import CONTRACTS, MAX_TEXT_BYTES, Column, Contract, Type
from reports.sources.models import Unit

_MEANINGS: dict[str, Promise] = {
    "event_id": gettext_lazy("Its own number, once per store: of an order its order line."),
    "occurred_at": gettext_lazy("When it happened."),
    "user_id": gettext_lazy("The reader; kept as a keyed hash only. Or name the click."),
    "click_id": gettext_lazy("The click that led there, as our link handed it on."),
    "store_id": gettext_lazy("The id under which your store is registered here."),
    "product_id": gettext_lazy("The id of the product in that store."),
    "kind": gettext_lazy("What happened."),
    "order_id": gettext_lazy("The order that the line belongs to."),
    "quantity": gettext_lazy("Pieces."),
    "is_new_customer": gettext_lazy("Whether it is the buyer's first order in the store."),
    "refund_of": gettext_lazy("Of a refund: the event_id of the order line it takes back."),
    "note_id": gettext_lazy("The note."),
    "listing_id": gettext_lazy("Of a click: the listing that was clicked."),
    "boost_id": gettext_lazy("The boost that showed the note, if one did."),
    "placement": gettext_lazy("Where in the note."),
    "arm": gettext_lazy("Of an experiment: the group of the reader."),
    "is_new_visitor": gettext_lazy("Whether it is the visitor's first visit of the store."),
    "revised_at": gettext_lazy("When this row was last changed at the sender: the newest holds."),
    "hour": gettext_lazy("The first instant of the hour, with its zone."),
    "revision": gettext_lazy("Of what is said of the hour: the highest holds."),
    "impressions": gettext_lazy("How often it was shown since the hour began."),
    "clicks": gettext_lazy("How often it was clicked since the hour began."),
    "spend_fen": gettext_lazy("What it cost since the hour began, in the unit of the source."),
    "is_final": gettext_lazy("Whether the hour is not expected to change."),
}

# What was paid, by the unit that all sources declare that a file may come from.
_PAID: dict[Unit, Promise] = {
    Unit.FEN: gettext_lazy("What was paid, in fen: ¥199.00 is 19900. Empty when unknown."),
    Unit.YUAN: gettext_lazy("What was paid, in yuan: ¥199.00 is 199.00. Empty when unknown."),
}

_SAMPLE: dict[str, dict[str, object]] = {
    "deliveries": {
        "boost_id": "b0123456789abcdef0123456789abcdef",
        "hour": "2026-01-31T08:00:00+08:00",
        "revision": 3,
        "impressions": 1200,
        "clicks": 31,
        "spend_fen": 2480,
        "is_final": True,
    },
    "conversions": {
        "event_id": "20260131-0001-1",
        "occurred_at": "2026-01-31T08:00:00+08:00",
        "user_id": "u-1001",
        "store_id": "28449459",
        "product_id": "652859786487",
        "kind": "order",
        "order_id": "20260131-0001",
        "quantity": 1,
        "value_fen": 19900,
        "is_new_customer": True,
    },
    "touchpoints": {
        "event_id": "t-1",
        "occurred_at": "2026-01-31T07:55:00+08:00",
        "user_id": "u-1001",
        "note_id": "n-1001",
        "kind": "view",
    },
}


@dataclass(frozen=True)
class Told:
    """One column for people: `choices` are its words, if it has any; `values` what it takes."""

    name: str
    is_required: bool
    meaning: str
    choices: str
    values: str


def told(events: str, units: Mapping[str, Unit]) -> list[Told]:
    """The columns of a kind of event, those that have to be there first. `units` are those of the
    sources that may be chosen, by name."""
    columns = [
        Told(
            one.name,
            one.required,
            str(_MEANINGS[one.name]) if one.name in _MEANINGS else _paid(units),
            ", ".join(one.choices),
            _values(one),
        )
        for one in CONTRACTS[events].columns
    ]
    return sorted(columns, key=lambda column: not column.is_required)


def _paid(units: Mapping[str, Unit]) -> str:
    """How amounts are written; source by source where they differ."""
    if alone := _same(units):
        return str(_PAID[alone])
    names = {unit: " · ".join(name for name, its in units.items() if its == unit) for unit in Unit}
    return _(
        "What was paid. In yuan (¥199.00 is 199.00): %(yuan)s. In fen (¥199.00 is 19900): %(fen)s."
        " The samples are in fen. Empty when unknown."
    ) % {"yuan": names[Unit.YUAN], "fen": names[Unit.FEN]}


def _same(units: Mapping[str, Unit]) -> Unit | None:
    """The unit of all of them; None where they differ."""
    found = set(units.values())
    return found.pop() if len(found) == 1 else None


def _values(column: Column) -> str:
    match column.type:
        case Type.CHOICE:
            return _("One of its words")
        case Type.INSTANT:
            return _("A time with its offset, as 2026-01-31T08:00:00+08:00")
        case Type.INTEGER:
            return _("A whole number from %(least)s") % {"least": words.count(column.least)}
        case Type.FLAG:
            return _("true or false, 1 or 0")
        case Type.AMOUNT:
            return _("An amount in the unit of the source, from %(least)s") % {
                "least": words.count(column.least)
            }
        case Type.TEXT | Type.USER:
            return _("Text, at most %(most)s bytes") % {"most": words.count(MAX_TEXT_BYTES)}


def sample(events: str, dialect: str, units: Mapping[str, Unit]) -> str:
    """A file of one invented event: `dialect` is csv or jsonl. Its amount is in the unit of all the
    sources, in fen where they differ."""
    contract: Contract = CONTRACTS[events]
    values = dict(_SAMPLE[events])
    if _same(units) == Unit.YUAN:
        paid = {"value_fen": "199.00", "spend_fen": "24.80"}
        values |= {name: yuan for name, yuan in paid.items() if name in values}
    if dialect == "jsonl":
        return json.dumps(values) + "\n"
    line = [
        json.dumps(values[name]).strip('"') if name in values else "" for name in contract.names
    ]
    return ",".join(contract.names) + "\n" + ",".join(line) + "\n"
