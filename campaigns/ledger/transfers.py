"""Moving money: every fen that moves, moves through `transfer`. ADR 0050.

Accounts are locked in id order before anything is read, so no fen is moved twice and two
moves never wait for each other. A caller that locks the owner of an account as well, for example
a boost, locks the owner first.
"""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
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
from portal.refusals import Refusal
from portal.words import yuan


class LedgerRefusal(Refusal):
    """The ledger does not move this money."""


class NotEnough(LedgerRefusal):
    """The source has less than asked; `missing_fen` says how much less."""

    def __init__(self, message: str, *, missing_fen: int, field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.missing_fen = missing_fen


def bank() -> Account:
    """The world outside: what was paid in is its debt."""
    return _opened(AccountKind.BANK.value, kind=AccountKind.BANK)


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


@transaction.atomic
def transfer(
    *,
    source: Account,
    target: Account,
    amount_fen: int,
    key: str,
    reason: TransferReason,
    reference: str = "",
) -> Transfer:
    """Move `amount_fen` from `source` to `target`, once per `key`.

    `reference` is what the bank calls it. The same key with the same content returns the transfer
    made before, whatever it was called. Raises NotEnough, and
    LedgerRefusal for an impossible amount or a key that was used for something else.
    """
    # The trigger would lock as well. Locked here, the answer to "is there enough" stays true until
    # the trigger acts on it, and the person reads what is missing instead of a failed constraint.
    balances = lock([source, target])
    asked = {
        "source_id": source.pk,
        "target_id": target.pk,
        "amount_fen": amount_fen,
        "reason": reason,
    }
    # The key comes before the balance: an act that is asked for again was paid the first time, and
    # its source may be empty by now.
    done = Transfer.objects.filter(key=key).first()
    if done is None:
        check_amount(amount_fen)
        if source.kind != AccountKind.BANK and balances[source.pk] < amount_fen:
            raise _not_enough(amount_fen - balances[source.pk])
        done = _insert(key, {**asked, "reference": reference})
    if any(getattr(done, name) != value for name, value in asked.items()):
        raise LedgerRefusal(
            _("“%(key)s” was already used for another transfer of %(amount)s.")
            % {"key": key, "amount": yuan(done.amount_fen)}
        )
    return done


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


def _insert(key: str, asked: dict[str, object]) -> Transfer:
    try:
        # A savepoint: without it the refused insert would end the caller's whole transaction.
        with transaction.atomic():
            made = Transfer.objects.create(key=key, **asked)
    except IntegrityError:
        # Someone used the key between other accounts, which our locks do not cover.
        other = Transfer.objects.filter(key=key).first()
        if other is None:
            raise
        return other
    made.refresh_from_db(fields=["source_balance_fen", "target_balance_fen"])
    return made


def check_amount(amount_fen: int) -> None:
    """Raise LedgerRefusal unless a transfer could move that much."""
    if not 0 < amount_fen < TRANSFER_LIMIT_FEN:
        raise LedgerRefusal(
            _("An amount is more than ¥0.00 and less than %(limit)s.")
            % {"limit": yuan(TRANSFER_LIMIT_FEN)},
            field="amount_fen",
        )


def _not_enough(missing_fen: int) -> NotEnough:
    return NotEnough(
        _("%(missing)s is missing.") % {"missing": yuan(missing_fen)}, missing_fen=missing_fen
    )
