"""What an event is: columns, kinds and limits of touchpoints and conversions.

The one home of these rules; ingest and `attribute_files` both read files through them.
"""

from dataclasses import dataclass
from enum import StrEnum

MAX_TEXT_BYTES = 200
MAX_VALUE_FEN = 10**18 - 1
MAX_QUANTITY = 1_000_000
MOST_REVISION = 2**31 - 1
MOST_COUNT = 10**12
EARLIEST = "2000-01-01T00:00:00+00:00"
MOST_DAYS_AHEAD = 1

# What readers do. The other two are clicks on our own links that are kept and counted beside them.
TOUCH_KINDS = ("view", "like", "collect", "comment", "share", "follow", "click")
SET_ASIDE = ("repeated_click", "machine_click")
ARMS = ("treatment", "control")
PLACEMENTS = ("note_body", "comment_pinned", "live_room", "profile", "embedded_at_partner")


class Type(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    INSTANT = "instant"
    USER = "user"
    INTEGER = "integer"
    AMOUNT = "amount"
    FLAG = "flag"


@dataclass(frozen=True)
class Column:
    """One column. A `required` one must be in the file, and filled in every row."""

    name: str
    type: Type = Type.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 0

    @property
    def stored_as(self) -> str:
        """Its name in the lake, where a user is only a key."""
        return "user_key" if self.type is Type.USER else self.name


@dataclass(frozen=True)
class Contract:
    """The columns of one kind of event, in the order of the lake.

    `key` names the columns that tell the events of one source apart; other rows need none.
    `dated_by` is the instant that says on which day a row is.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    dated_by: str = "occurred_at"

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def choices(self, name: str) -> tuple[str, ...]:
        """The values a column may have, when they are few."""
        return next((column.choices for column in self.columns if column.name == name), ())

    @property
    def content(self) -> tuple[str, ...]:
        """Stored columns whose change makes a correction of an event."""
        return tuple(column.stored_as for column in self.columns if column.name not in self.key)


TOUCHPOINTS = Contract(
    "touchpoints",
    (
        Column("event_id", required=True),
        Column("occurred_at", Type.INSTANT, required=True),
        Column("user_id", Type.USER, required=True),
        Column("note_id", required=True),
        Column("kind", Type.CHOICE, required=True, choices=(*TOUCH_KINDS, *SET_ASIDE)),
        Column("listing_id"),
        Column("boost_id"),
        Column("placement", Type.CHOICE, choices=PLACEMENTS),
        Column("arm", Type.CHOICE, choices=ARMS),
    ),
    key=("event_id",),
)

# A conversion may name its user or its click: one that names neither is an order that nothing can
# match, and "all orders" counts it. A refund names the order it takes back. An id is one in its
# store: the stores of a source number their orders independently.
CONVERSIONS = Contract(
    "conversions",
    (
        Column("event_id", required=True),
        Column("occurred_at", Type.INSTANT, required=True),
        Column("user_id", Type.USER),
        Column("click_id"),
        Column("store_id", required=True),
        Column("product_id"),
        Column(
            "kind",
            Type.CHOICE,
            required=True,
            choices=(
                "search", "visit", "follow_store", "favourite", "cart", "order",
                "presale_deposit", "refund",
            ),
        ),
        Column("order_id"),
        Column("quantity", Type.INTEGER, least=1, most=MAX_QUANTITY),
        Column("value_fen", Type.AMOUNT, least=0, most=MAX_VALUE_FEN),
        Column("is_new_customer", Type.FLAG),
        Column("refund_of"),
        Column("is_new_visitor", Type.FLAG),
        Column("revised_at", Type.INSTANT),
    ),
    key=("store_id", "event_id"),
)  # fmt: skip

# What ad servers say of the hours of boosts. It is money, and stands in PostgreSQL, not in the
# lake: `campaigns.delivery` judges what a row says and keeps it.
DELIVERIES = Contract(
    "deliveries",
    (
        Column("boost_id", required=True),
        Column("hour", Type.INSTANT, required=True),
        Column("revision", Type.INTEGER, required=True, least=1, most=MOST_REVISION),
        Column("impressions", Type.INTEGER, required=True, most=MOST_COUNT),
        Column("clicks", Type.INTEGER, required=True, most=MOST_COUNT),
        Column("spend_fen", Type.AMOUNT, required=True, most=MAX_VALUE_FEN),
        Column("is_final", Type.FLAG),
    ),
    key=("boost_id", "hour", "revision"),
    dated_by="hour",
)

# Events, which the lake has; and all that files may hold.
LAKE_CONTRACTS = {contract.name: contract for contract in (TOUCHPOINTS, CONVERSIONS)}
CONTRACTS = {**LAKE_CONTRACTS, DELIVERIES.name: DELIVERIES}


class Reason(StrEnum):
    """Why a row was not taken."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    CONTROL_CHARACTER = "control_character"
    DAMAGED_ID = "damaged_id"
    NOT_A_TIME = "not_a_time"
    NO_ZONE = "no_zone"
    TIME_OUT_OF_RANGE = "time_out_of_range"
    NOT_A_CHOICE = "not_a_choice"
    NOT_AN_INTEGER = "not_an_integer"
    OTHER_UNIT = "other_unit"
    SHORTENED = "shortened"
    OUT_OF_RANGE = "out_of_range"
    ABOVE_BOUND = "above_bound"
    NOT_A_FLAG = "not_a_flag"
    BROKEN_RECORD = "broken_record"
    NESTED = "nested"
    STORE_NOT_YOURS = "store_not_yours"
    # These two are seen when a row is compared with others (`reports.events.merge`).
    CONFLICT = "conflict"
    KIND_CHANGED = "kind_changed"
    # And these where a delivery row meets its boost.
    UNKNOWN_BOOST = "unknown_boost"
    NOT_AN_HOUR = "not_an_hour"
    REVISION_TAKEN = "revision_taken"
    REVISION_JUMPS = "revision_jumps"


class Fault(StrEnum):
    """Why a whole file was refused."""

    EMPTY = "empty"
    NO_ROWS = "no_rows"
    DAMAGED = "damaged"
    NOT_UTF8 = "not_utf8"
    SPREADSHEET = "spreadsheet"
    MISSING_COLUMNS = "missing_columns"
    REPEATED_COLUMN = "repeated_column"
    CONTROL_CHARACTER = "control_character"
    WRONG_TYPE = "wrong_type"
    LONG_LINE = "long_line"
    BOMB = "bomb"
    TOO_MUCH_MEMORY = "too_much_memory"
    TOO_MUCH_WORK = "too_much_work"


class BadFile(Exception):
    """The file cannot be taken as a whole; `details` fill the sentence for `fault`."""

    def __init__(self, fault: Fault, **details: str | int) -> None:
        said = ", ".join(f"{name}: {value}" for name, value in details.items())
        super().__init__(f"{fault.value.replace('_', ' ')}{f' ({said})' if said else ''}")
        self.fault = fault
        self.details = details
