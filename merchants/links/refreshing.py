"""Keeps the local copy like the database: one web process of each machine, once a second."""

import fcntl
import time
from dataclasses import dataclass
from itertools import islice
from typing import IO, Self

from django.db.models import Q

from merchants.links import facts, local_copy, log, policy
from merchants.links.local_copy import Writing
from merchants.links.log import Position, Touched
from merchants.links.models import KEPT
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
    """Bring the copy to what is committed now; all of it where there is none yet."""
    with patience.at_most(_PATIENCE_SECONDS):
        began_at = time.time()
        with local_copy.writing() as copy:
            known = _Known.of(copy.said)
            position, touched = log.read(known.position if known else None)
            if known and not known.is_of_use(began_at, position):
                known = None
            if known is None:
                copy.drop_all()
                _put(copy, Q())
            else:
                _follow(copy, touched)
            if known is None or any(one.is_of_policy for one in touched):
                copy.say(policy=policy.current().as_json())
            copy.say(database=position.database, snapshot=position.snapshot)
            copy.say(read_at=str(began_at))


@dataclass(frozen=True)
class _Known:
    """How far the copy was brought, and when."""

    position: Position
    read_at: float

    @classmethod
    def of(cls, said: dict[str, str]) -> Self | None:
        """What the copy says of itself; None where that is nothing, or cannot be read."""
        if said.get("form") != local_copy.FORM:
            return None
        try:
            position = Position(said["database"], said["snapshot"])
            position.unseen  # noqa: B018 - it may be no snapshot at all.
            return cls(position, float(said["read_at"]))
        except local_copy.UNREADABLE:
            return None

    def is_of_use(self, now: float, position: Position) -> bool:
        is_lately = now - self.read_at < _MOST_SECONDS_BEHIND
        return is_lately and position.follows(self.position)


def _follow(copy: Writing, touched: set[Touched]) -> None:
    for column in ("listing_id", "product_id", "merchant_id"):
        ids = iter({key for one in touched if (key := getattr(one, column)) is not None})
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
