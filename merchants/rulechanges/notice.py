"""How long ahead merchants are told of what is taken away, and how many have to sign. Pure."""

from datetime import datetime, timedelta

# Of what takes something away, counted from the last signature to the instant it is gone.
NOTICE = timedelta(days=30)
# Persons: the author and one more; and one more where there is less notice.
TWO, THREE = 2, 3


def is_short(taken_at: datetime | None, *, signed_at: datetime) -> bool:
    """Whether something is gone at `taken_at` (None: nothing is) with less than NOTICE."""
    return taken_at is not None and taken_at - signed_at < NOTICE


def persons(taken_at: datetime | None, *, signed_at: datetime, is_rollback: bool) -> int:
    """How many persons a change takes that is signed (last) at `signed_at`, its author among them.

    A rollback is in force when it is signed, so one that takes away gives no notice at all.
    """
    if taken_at is None:
        return TWO
    return THREE if is_rollback or is_short(taken_at, signed_at=signed_at) else TWO


def sign_until(taken_at: datetime | None) -> datetime | None:
    """The last moment at which two persons are enough; None where they always are."""
    return None if taken_at is None else taken_at - NOTICE
