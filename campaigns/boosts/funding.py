"""Setting a boost's budget aside and giving it back, each funding line to its own source. ADR 0051.

The boost is locked by the caller; the accounts of all its lines are locked after it, together and
in id order, before the first line moves.
"""

from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.boosts.models import Boost, FundingLine
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Account, AccountKind, Transfer, TransferQuerySet, TransferReason
from portal.words import yuan

# What boosts promise about money; `manage.py ledger verify` proves it with the ledger's own.
PROMISES = Path(__file__).parent / "promises.sql"


@transaction.atomic
def hold(boost: Boost) -> None:
    """Set the budget of the locked `boost` aside, line by line, for its current submission.

    Raises NotEnough, naming the missing amount and the field of the first line that falls short.
    """
    held, lines = _hold_of(boost), _lines_of(boost)
    balances = ledger.lock([held, *(source for line, source in lines)])
    for line, source in lines:
        if balances[source.pk] < line.amount_fen:
            raise _line_falls_short(line, line.amount_fen - balances[source.pk])
        ledger.transfer(
            source=source,
            target=held,
            amount_fen=line.amount_fen,
            key=f"boost:{boost.pk}:hold:{boost.submission}:{line.pk}",
            reason=TransferReason.HOLD,
        )


@transaction.atomic
def release(boost: Boost) -> None:
    """Give what the locked `boost` holds, all of it or nothing, back to where it came from."""
    if boost.hold is None:
        return
    held, lines = boost.hold, _lines_of(boost)
    balances = ledger.lock([held, *(source for line, source in lines)])
    if not balances[held.pk]:
        return
    for line, source in lines:
        ledger.transfer(
            source=held,
            target=source,
            amount_fen=line.amount_fen,
            key=f"boost:{boost.pk}:release:{boost.submission}:{line.pk}",
            reason=TransferReason.RELEASE,
        )


def held_fen(boost: Boost) -> int:
    """What is set aside for `boost` now (fen); 0 before its first submission."""
    stored = Boost.objects.filter(pk=boost.pk).values_list("hold__balance_fen", flat=True)
    return stored.get() or 0


def history_of(account: Account | None) -> TransferQuerySet:
    """The transfers of a wallet or a hold, each with the boost and fund it concerns at hand."""
    return Transfer.objects.history_of(account).select_related(
        "source__fund",
        "target__fund",
        "source__boost__note",
        "source__boost__merchant",
        "target__boost__note",
        "target__boost__merchant",
    )


def boost_of(transfer: Transfer) -> Boost | None:
    """The boost that `transfer` set money aside for or gave it back from; None for a payment."""
    found: Boost | None = getattr(transfer.source, "boost", None)
    return found or getattr(transfer.target, "boost", None)


def _hold_of(boost: Boost) -> Account:
    """The account of what is set aside for the locked `boost`; opened by its first submission."""
    if boost.hold is None:
        # This changes a unique column, so from here on the boost cannot even be referred to by
        # others until we commit. Nobody waits in a circle: who writes about a boost locks it first.
        boost.hold = ledger.account_of(AccountKind.HOLD, f"boost:{boost.pk}")
        boost.save(update_fields=["hold"])
    return boost.hold


def _lines_of(boost: Boost) -> list[tuple[FundingLine, Account]]:
    """The funding lines of `boost`, each with the account its money comes from."""
    return [
        (line, line.fund.account if line.fund else ledger.wallet_of(boost.merchant))
        for line in boost.funding_lines.select_related("fund__account")
    ]


def _line_falls_short(line: FundingLine, missing_fen: int) -> ledger.NotEnough:
    if line.fund:
        return ledger.NotEnough(
            _("“%(fund)s” cannot grant %(amount)s now. Ask for less or pay more yourself.")
            % {"fund": line.fund, "amount": yuan(line.amount_fen)},
            missing_fen=missing_fen,
            field="grant",
        )
    return ledger.NotEnough(
        _("Your wallet lacks %(missing)s for this budget. Pay in or lower the budget.")
        % {"missing": yuan(missing_fen)},
        missing_fen=missing_fen,
        field="budget",
    )
