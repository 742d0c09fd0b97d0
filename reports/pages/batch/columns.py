"""What a file has to hold, said before it is uploaded: each column, and a file to start from."""

import json
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import words
from reports.events.contract import CONTRACTS, MAX_TEXT_BYTES, Column, Contract, Type

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
    "value_fen": gettext_lazy("What was paid, in fen: ¥199.00 is 19900. Empty when unknown."),
    "is_new_customer": gettext_lazy("Whether it is the buyer's first order in the store."),
    "refund_of": gettext_lazy("Of a refund: the event_id of the order line it takes back."),
    "note_id": gettext_lazy("The note."),
    "listing_id": gettext_lazy("Of a click: the listing that was clicked."),
    "boost_id": gettext_lazy("The boost that showed the note, if one did."),
    "placement": gettext_lazy("Where in the note."),
    "arm": gettext_lazy("Of an experiment: the group of the reader."),
    "is_new_visitor": gettext_lazy("Whether it is the visitor's first visit of the store."),
    "revised_at": gettext_lazy("When this row was last changed at the sender: the newest holds."),
}

_SAMPLE: dict[str, dict[str, object]] = {
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


def told(events: str) -> list[Told]:
    """The columns of a kind of event, those that have to be there first."""
    columns = [
        Told(
            one.name,
            one.required,
            str(_MEANINGS[one.name]),
            ", ".join(one.choices),
            _values(one),
        )
        for one in CONTRACTS[events].columns
    ]
    return sorted(columns, key=lambda column: not column.is_required)


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


def sample(events: str, dialect: str) -> str:
    """A file of one invented event: `dialect` is csv or jsonl."""
    contract: Contract = CONTRACTS[events]
    values = _SAMPLE[events]
    if dialect == "jsonl":
        return json.dumps(values) + "\n"
    line = [
        json.dumps(values[name]).strip('"') if name in values else "" for name in contract.names
    ]
    return ",".join(contract.names) + "\n" + ",".join(line) + "\n"
