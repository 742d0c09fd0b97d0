"""The log of what links depend on, read by whoever keeps something ready for them."""

from dataclasses import dataclass
from typing import NamedTuple, Self

from django.db import connection

# Where a reader stands who has read nothing: no transaction is as late.
_NEVER = (1 << 63) - 1
# One statement, so that what is read and where it was read are of one snapshot. What this very
# transaction has written is in no snapshot's list.
_READ = """
    SELECT known.oid::text, pg_current_snapshot()::text, NULL, NULL, NULL
    FROM pg_database AS known WHERE known.datname = current_database()
    UNION ALL
    SELECT NULL, NULL, log.listing_id, log.product_id, log.merchant_id
    FROM merchants_linkchange AS log
    WHERE log.transaction_id >= %s OR log.transaction_id = ANY(%s)
        OR log.transaction_id = pg_current_xact_id_if_assigned()::text::bigint
"""


class Touched(NamedTuple):
    """What changed: one of a listing, a product and a merchant, or policy where it is none."""

    listing_id: int | None
    product_id: int | None
    merchant_id: int | None

    @property
    def is_of_policy(self) -> bool:
        return self == (None, None, None)


@dataclass(frozen=True)
class Position:
    """How far the log was read: in which database, and by which of its snapshots.

    A snapshot knows which transactions were open. Just those, and all that began later, may have
    written what it did not show: so nothing is missed and nothing read twice, however late one
    commits and however long another one stays open.
    """

    database: str
    snapshot: str

    @property
    def unseen(self) -> tuple[int, list[int]]:
        """The first transaction of which nothing could be seen, and those open before it."""
        _oldest, first, still_open = self.snapshot.split(":")
        return int(first), [int(one) for one in still_open.split(",") if one]

    def follows(self, earlier: Self) -> bool:
        """Whether this may be a later look at the same database: one that was put back is not."""
        return self.database == earlier.database and self.unseen[0] >= earlier.unseen[0]


def read(since: Position | None) -> tuple[Position, set[Touched]]:
    """Where the log stands now, and what was committed since; nothing where no place is given."""
    first, still_open = since.unseen if since else (_NEVER, [])
    with connection.cursor() as cursor:
        cursor.execute(_READ, [first, still_open])
        rows = cursor.fetchall()
    [place] = [Position(*row[:2]) for row in rows if row[0] is not None]
    return place, {Touched(*row[2:]) for row in rows if row[0] is None}
