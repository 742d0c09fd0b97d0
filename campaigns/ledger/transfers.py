"""Moving money: every fen that moves, moves through `transfer`. ADR 0050.

Accounts are locked in id order before anything is read, so no fen is moved twice and two
moves never wait for each other. A caller that locks a boost as well locks the boost first.
"""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from campaigns.boosts.models import Boost, FundingLine
from campaigns.funds.models import Fund
from campaigns.ledger.models import (
    TRANSFER_LIMIT_FEN,
    Account,
    AccountKind,
    Transfer,
    TransferReason,
)
from merchants.companies.models import Merchant
from portal.refusals import Refusal
from portal.ui.formats import yuan


class LedgerRefusal(Refusal):
    """The ledger does not move this money."""


class NotEnough(LedgerRefusal):
    """The source has less than asked; `missing_fen` says how much less."""

    def __init__(self, message: str, *, missing_fen: int, field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.missing_fen = missing_fen


def bank() -> Account:
    """The world outside: what was paid in is its debt."""
    return Account.objects.get_or_create(kind=AccountKind.BANK)[0]


def wallet_of(merchant: Merchant) -> Account:
    """The money a merchant may still use."""
    return Account.objects.get_or_create(kind=AccountKind.WALLET, merchant=merchant)[0]


def account_of(fund: Fund) -> Account:
    """The money a fund may still grant."""
    return Account.objects.get_or_create(kind=AccountKind.FUND, fund=fund)[0]


def hold_of(boost: Boost) -> Account:
    """The money set aside for a boost."""
    return Account.objects.get_or_create(kind=AccountKind.HOLD, boost=boost)[0]


def find(kind: AccountKind, **owner: Merchant | Fund | Boost) -> Account | None:
    """An account for pages that only read; None while no money has touched it."""
    return Account.objects.filter(kind=kind, **owner).first()


@transaction.atomic
def transfer(
    *, source: Account, target: Account, amount_fen: int, key: str, reason: TransferReason
) -> Transfer:
    """Move `amount_fen` from `source` to `target`, once per `key`.

    The same key with the same content returns the transfer made before. Raises NotEnough, and
    LedgerRefusal for an impossible amount or a key that was used for something else.
    """
    balances = lock([source, target])
    asked = {
        "source_id": source.pk,
        "target_id": target.pk,
        "amount_fen": amount_fen,
        "reason": reason,
    }
    done = Transfer.objects.filter(key=key).first()
    if done is None:
        _check_amount(amount_fen)
        if source.kind != AccountKind.BANK and balances[source.pk] < amount_fen:
            raise _not_enough(amount_fen - balances[source.pk])
        done = _insert(key, asked)
    if any(getattr(done, name) != value for name, value in asked.items()):
        raise LedgerRefusal(
            _("“%(key)s” was already used for another transfer of %(amount)s.")
            % {"key": key, "amount": yuan(done.amount_fen)}
        )
    return done


@transaction.atomic
def hold(boost: Boost) -> None:
    """Set the budget of the locked `boost` aside, line by line, for its current submission.

    Raises NotEnough, naming the missing amount and the field of the first line that falls short.
    """
    held, lines = hold_of(boost), _lines_of(boost)
    balances = lock([held, *(source for line, source in lines)])
    for line, source in lines:
        if balances[source.pk] < line.amount_fen:
            raise _line_falls_short(line, line.amount_fen - balances[source.pk])
        transfer(
            source=source,
            target=held,
            amount_fen=line.amount_fen,
            key=f"boost:{boost.pk}:hold:{boost.submission}:{line.pk}",
            reason=TransferReason.HOLD,
        )


@transaction.atomic
def release(boost: Boost) -> None:
    """Give what the locked `boost` holds, all of it or nothing, back to where it came from."""
    held, lines = hold_of(boost), _lines_of(boost)
    balances = lock([held, *(source for line, source in lines)])
    if not balances[held.pk]:
        return
    for line, source in lines:
        transfer(
            source=held,
            target=source,
            amount_fen=line.amount_fen,
            key=f"boost:{boost.pk}:release:{boost.submission}:{line.pk}",
            reason=TransferReason.RELEASE,
        )


def lock(accounts: Iterable[Account]) -> dict[int, int]:
    """Lock `accounts` in id order until the transaction ends; their balances (fen) by id."""
    locked = Account.objects.select_for_update(no_key=True).order_by("pk")
    wanted = {account.pk for account in accounts}
    return dict(locked.filter(pk__in=wanted).values_list("pk", "balance_fen"))


def _insert(key: str, asked: dict[str, object]) -> Transfer:
    try:
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


def _check_amount(amount_fen: int) -> None:
    if not 0 < amount_fen < TRANSFER_LIMIT_FEN:
        raise LedgerRefusal(
            _("An amount is more than ¥0.00 and less than %(limit)s.")
            % {"limit": yuan(TRANSFER_LIMIT_FEN)},
            field="amount",
        )


def _lines_of(boost: Boost) -> list[tuple[FundingLine, Account]]:
    """The funding lines of `boost`, each with the account its money comes from."""
    return [
        (line, account_of(line.fund) if line.fund else wallet_of(boost.merchant))
        for line in boost.funding_lines.select_related("fund")
    ]


def _not_enough(missing_fen: int) -> NotEnough:
    return NotEnough(
        _("%(missing)s is missing.") % {"missing": yuan(missing_fen)}, missing_fen=missing_fen
    )


def _line_falls_short(line: FundingLine, missing_fen: int) -> NotEnough:
    if line.fund:
        return NotEnough(
            _("“%(fund)s” cannot grant %(amount)s now. Ask for less or pay more yourself.")
            % {"fund": line.fund, "amount": yuan(line.amount_fen)},
            missing_fen=missing_fen,
            field="grant",
        )
    return NotEnough(
        _("Your wallet lacks %(missing)s for this budget. Pay in or lower the budget.")
        % {"missing": yuan(missing_fen)},
        missing_fen=missing_fen,
        field="budget",
    )
