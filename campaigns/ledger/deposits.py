"""Payments that arrived at the bank, written down by the person who saw them arrive."""

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Account, Transfer, TransferReason
from merchants.companies.models import Merchant
from portal.accounts import audit, permissions
from portal.accounts.models import Team, User
from portal.refusals import Refusal
from portal.words import yuan


class DepositRefusal(Refusal):
    """The payment cannot be written down like this."""


@transaction.atomic
def record(merchant: Merchant, *, amount_fen: int, reference: str, by: User) -> Transfer:
    """Add a received payment to a merchant's wallet, once per bank `reference`.

    The same reference with the same amount again returns the first transfer; with another amount
    or for someone else it is refused.
    """
    permissions.require(by, "deposit.record")
    wallet = ledger.wallet_of(merchant)
    return receive(wallet, amount_fen=amount_fen, reference=reference, by=by, team=merchant.team)


@transaction.atomic
def receive(
    account: Account, *, amount_fen: int, reference: str, by: User, team: Team | None = None
) -> Transfer:
    """Move a received payment from the bank to `account`; the caller has asked for permission."""
    bank, key = ledger.bank(), f"bank:{_cleaned(reference)}"
    ledger.lock([bank, account])
    known = Transfer.objects.select_related("target").filter(key=key).first()
    if known and (known.target_id, known.amount_fen) != (account.pk, amount_fen):
        raise DepositRefusal(
            _("This reference was already used for a payment of %(amount)s. Check the statement.")
            % {"amount": yuan(known.amount_fen)},
            field="reference",
        )
    made = known or ledger.transfer(
        source=bank,
        target=account,
        amount_fen=amount_fen,
        key=key,
        reason=TransferReason.DEPOSIT,
    )
    if not known:
        told = {"amount_fen": amount_fen, "reference": reference, "account": str(account)}
        audit.record("deposit.recorded", made, by=by, team=team, new=told)
    return made


def _cleaned(reference: str) -> str:
    reference = reference.strip()
    if not 0 < len(reference) <= 80:
        raise DepositRefusal(
            _("Type the reference of the bank statement, at most 80 characters."),
            field="reference",
        )
    return reference
