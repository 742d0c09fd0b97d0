"""Keeps the local copy like the database: one web process of each machine, once a second."""

import fcntl
import json
import time
from dataclasses import dataclass
from itertools import islice
from typing import IO, Self

from django.db import connection
from django.db.models import Q

from merchants.links import facts, local_copy, policy
from merchants.links.local_copy import Writing
from merchants.links.models import KEPT, Change
from merchants.listings.models import Listing
from portal import patience

EVERY_SECONDS = 1.0
# All of a large copy takes a few seconds to read.
_SECONDS_BETWEEN_LOOKS = 600.0
# Cutting off a copy of very many listings, or one in a slow network, would never let it end.
_PATIENCE_SECONDS = 600.0
# A copy that is older than half the log's day is made anew.
_MOST_SECONDS_BEHIND = KEPT.total_seconds() / 2
_ROWS = 1000


def refresh_here() -> None:
    """Refresh the copy, if this process is the one of its machine that does."""
    if not _turn.is_ours():
        return
    if time.monotonic() >= _turn.looks_at:
        local_copy.look_through()
        _turn.looks_at = time.monotonic() + _SECONDS_BETWEEN_LOOKS
    refresh()


class _Turn:
    """Whose turn it is: whoever holds the lock has it until he ends, however he ends.

    `looks_at` is when he looks for damage, by the monotonic clock: at first before anything.
    """

    def __init__(self) -> None:
        self._file: IO[str] | None = None
        self.looks_at = 0.0

    def is_ours(self) -> bool:
        if self._file is None:
            file: IO[str] = (local_copy.folder() / "refreshing.lock").open("w")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                return False
            self._file = file
        return True


_turn = _Turn()


def refresh() -> None:
    """Bring the copy to what is committed now; all of it where there is none yet.

    The log is read from the oldest transaction that was open the last time: it and all after it
    may have written what nobody could see then. So nothing is missed, however long one takes.
    """
    with patience.at_most(_PATIENCE_SECONDS):
        began_at = time.time()
        database, horizon = _where_it_is()
        with local_copy.writing() as copy:
            known = _Known.of(copy.said)
            if known and not known.is_of_use(began_at, database, horizon):
                known = None
            since = known.horizon if known else horizon
            changes = list(Change.objects.filter(transaction_id__gte=since))
            if known is None:
                copy.drop_all()
                _put(copy, Q())
            else:
                _follow(copy, [change for change in changes if change.pk not in known.seen])
            if known is None or any(change.is_of_policy for change in changes):
                copy.say(policy=policy.current().as_json())
            may_come_again = [c.pk for c in changes if c.transaction_id >= horizon]
            copy.say(database=database, horizon=str(horizon), seen=json.dumps(may_come_again))
            copy.say(read_at=str(began_at))


@dataclass(frozen=True)
class _Known:
    """How far the copy was brought: to which transaction of which database, and when."""

    database: str
    horizon: int
    seen: frozenset[int]
    read_at: float

    @classmethod
    def of(cls, said: dict[str, str]) -> Self | None:
        """What the copy says of itself; None where that is nothing, or cannot be read."""
        if said.get("form") != local_copy.FORM:
            return None
        try:
            horizon, seen = int(said["horizon"]), frozenset(json.loads(said["seen"]))
            return cls(said["database"], horizon, seen, float(said["read_at"]))
        except local_copy.UNREADABLE:
            return None

    def is_of_use(self, now: float, database: str, horizon: int) -> bool:
        is_lately = now - self.read_at < _MOST_SECONDS_BEHIND
        return self.database == database and is_lately and self.horizon <= horizon


def _follow(copy: Writing, changes: list[Change]) -> None:
    for column in ("listing_id", "product_id", "merchant_id"):
        ids = iter({one for change in changes if (one := getattr(change, column)) is not None})
        while some := list(islice(ids, _ROWS)):
            if column == "listing_id":
                # A listing that is gone is not found again.
                copy.drop(some)
            _put(copy, _touched(column, some))


def _touched(column: str, ids: list[int]) -> Q:
    """The listings that depend on these rows."""
    if column == "listing_id":
        return Q(pk__in=ids)
    if column == "product_id":
        return Q(product__in=ids) | Q(fallback__in=ids)
    return Q(merchant__in=ids)


def _put(copy: Writing, which: Q) -> None:
    last = 0
    while True:
        listings = Listing.objects.filter(which, pk__gt=last).order_by("pk")
        found = facts.of(listings, most=_ROWS)
        copy.put(found)
        if len(found) < _ROWS:
            return
        last = found[-1].listing_id


def _where_it_is() -> tuple[str, int]:
    """Which database this is, and the oldest transaction that is open in it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::text, pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
            " FROM pg_database WHERE datname = current_database()"
        )
        database, horizon = cursor.fetchone()
    return database, horizon
