"""Moving money: every fen that moves, moves through `move`. ADR 0050, 0133.

A function of the database locks the accounts of all moves in id order before it reads any, so no
fen is moved twice and two moves never wait for each other in a circle. A caller that locks the
owner of an account as well, for example a boost, locks the owner first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from campaigns.ledger.models import (
    TRANSFER_LIMIT_FEN,
    Account,
    AccountKind,
    Transfer,
    TransferReason,
    key_of,
)
from merchants.companies.models import Merchant
from portal import clock
from portal.refusals import Refusal
from portal.words import yuan

# What the function tells of each transfer, in its order.
_COLUMNS = [
    "id", "key", "reference", "source_id", "target_id", "amount_fen", "reason",
    "source_balance_fen", "target_balance_fen", "created_at",
]  # fmt: skip
_MOVE = """
    SELECT refusal, place, missing_fen, id, key, reference, source_id, target_id, amount_fen,
        reason, source_balance_fen, target_balance_fen, created_at
    FROM ledger_move(
        %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s, %s
    ) ORDER BY place
"""


class LedgerRefusal(Refusal):
    """The ledger does not move this money."""


class NotEnough(LedgerRefusal):
    """The source has less than asked; `missing_fen` says how much less, `place` for which of the
    moves, counted from 0."""

    def __init__(
        self, message: str, *, missing_fen: int, place: int = 0, field: str | None = None
    ) -> None:
        super().__init__(message, field=field)
        self.missing_fen = missing_fen
        self.place = place


def bank_of(account: Account) -> Account:
    """The world outside, as far as it pays into `account`: what was paid in is its debt.

    Each payee has one of its own, so that payments to two of them do not wait for each other.
    """
    return account_of(AccountKind.BANK, account.key)


def wallet_of(merchant: Merchant) -> Account:
    """The money a merchant may still use."""
    return _opened(wallet_key(merchant), kind=AccountKind.WALLET, merchant=merchant)


def account_of(kind: AccountKind, owner: object) -> Account:
    """The account of `kind` of an owner in a room above; opened the first time it is asked for.

    `owner` is its part of the key, see `key_of`. The owner keeps a reference to the account.
    """
    return _opened(key_of(kind, owner), kind=kind)


def wallet_key(merchant: Merchant) -> str:
    """The key by which pages find a wallet: `wallet:<merchant id>`."""
    return key_of(AccountKind.WALLET, merchant.pk)


def find(key: str) -> Account | None:
    """An account for pages that only read; None while no money has touched it."""
    return Account.objects.filter(key=key).first()


def has_received(key: str) -> bool:
    """Whether any money ever came to the account of this key."""
    return Transfer.objects.filter(target__key=key).exists()


@dataclass(frozen=True)
class Move:
    """`amount_fen` is to go from `source` to `target`, once per `key`, for good.

    `reference` is what the bank calls it; empty for moves inside the portal.
    """

    source: Account
    target: Account
    amount_fen: int
    key: str
    reason: TransferReason
    reference: str = ""


def move(moves: Sequence[Move]) -> list[Transfer]:
    """Do all of `moves`, in their order, or none; the transfers they made.

    A key that was used with the same content gives the transfer made then, whatever it was called.
    Raises NotEnough, which names the place of the first move that is short, and LedgerRefusal for
    an impossible amount or a key that was used for something else. The caller's transaction, if
    there is one, may go on after any of them.
    """
    for each in moves:
        check_amount(each.amount_fen)
    # One statement: outside a transaction the accounts are locked for it and its commit alone, and
    # nobody waits for a Python that holds them.
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, _asked(moves))
        told = cursor.fetchall()
    for refusal, place, missing_fen, *row in told:
        if refusal == "short":
            raise _not_enough(missing_fen, place=place - 1)
        if refusal == "other":
            raise _used(moves[place - 1].key, dict(zip(_COLUMNS, row, strict=True))["amount_fen"])
    return [Transfer.from_db(connection.alias, _COLUMNS, row) for _, _, _, *row in told]


def transfer(
    *,
    source: Account,
    target: Account,
    amount_fen: int,
    key: str,
    reason: TransferReason,
    reference: str = "",
) -> Transfer:
    """Move `amount_fen` from `source` to `target`, once per `key`: one `Move`, see there."""
    return move([Move(source, target, amount_fen, key, reason, reference)])[0]


def lock(accounts: Iterable[Account]) -> dict[int, int]:
    """Lock `accounts` in id order until the transaction ends; their balances (fen) by id."""
    # Under READ COMMITTED a row that was waited for is read again, so these balances are the
    # newest. An instance in memory may be older: nothing here decides by its `balance_fen`.
    # NO KEY, because a transfer's foreign keys only need the accounts to stay.
    locked = Account.objects.select_for_update(no_key=True).order_by("pk")
    wanted = {account.pk for account in accounts}
    return dict(locked.filter(pk__in=wanted).values_list("pk", "balance_fen"))


def _opened(key: str, *, kind: AccountKind, merchant: Merchant | None = None) -> Account:
    # Two who open it at once insert the same key: the unique index lets one, the other reads it.
    found, _is_new = Account.objects.get_or_create(
        key=key, defaults={"kind": kind, "merchant": merchant}
    )
    return found


def check_amount(amount_fen: int) -> None:
    """Raise LedgerRefusal unless a transfer could move that much."""
    if not 0 < amount_fen < TRANSFER_LIMIT_FEN:
        raise LedgerRefusal(
            _("An amount is more than ¥0.00 and less than %(limit)s.")
            % {"limit": yuan(TRANSFER_LIMIT_FEN)},
            field="amount_fen",
        )


def _asked(moves: Sequence[Move]) -> list[Any]:
    """The parameters of `ledger_move`."""
    return [
        [each.source.pk for each in moves],
        [each.target.pk for each in moves],
        [each.amount_fen for each in moves],
        [each.key for each in moves],
        [each.reason.value for each in moves],
        [each.reference for each in moves],
        clock.now(),
        clock.stands_still(),
    ]


def _not_enough(missing_fen: int, *, place: int) -> NotEnough:
    return NotEnough(
        _("%(missing)s is missing.") % {"missing": yuan(missing_fen)},
        missing_fen=missing_fen,
        place=place,
    )


def _used(key: str, amount_fen: int) -> LedgerRefusal:
    return LedgerRefusal(
        _("“%(key)s” was already used for another transfer of %(amount)s.")
        % {"key": key, "amount": yuan(amount_fen)}
    )
