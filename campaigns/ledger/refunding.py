"""What is done with refunds of balance: asked for, checked by one, paid by another, or given back.

The refund is locked before its accounts.
"""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.ledger import payments
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Account, AccountKind, TransferReason
from campaigns.ledger.refunds import BalanceRefund, RefundStatus
from merchants.companies.models import Merchant
from portal import meaning
from portal.accounts import audit, permissions
from portal.accounts.models import User
from portal.refusals import Refusal, given_reason, optional_reason
from portal.review import concerned, door
from portal.saving import or_refuse, save_or_refuse
from portal.words import yuan

_BANK_ACCOUNT = re.compile(r"[0-9]{8,34}")


class RefundRefusal(Refusal):
    """The refund cannot be asked for, or not be paid, like this."""


@transaction.atomic
def request(
    merchant: Merchant, *, amount_fen: int, bank: str, bank_account: str, reason: str, by: User
) -> BalanceRefund:
    """Ask for `amount_fen` of the wallet back, to the company's own account at `bank`; it is held
    at once. Raises NotEnough when the wallet has less, and Refusal while another is open."""
    permissions.require(by, "refund.request", merchant.team)
    ledger.check_amount(amount_fen)
    number = re.sub(r"[ -]", "", meaning.identifier(bank_account))
    if not _BANK_ACCOUNT.fullmatch(number):
        raise RefundRefusal(_("An account number has 8 to 34 digits."), field="bank_account")
    refund = BalanceRefund(
        merchant=merchant,
        amount_fen=amount_fen,
        holder=merchant.name,
        bank=meaning.line(bank),
        bank_account=number,
        reason=optional_reason(reason),
        asked_by=by,
    )
    save_or_refuse(refund, field="amount_fen")
    refund.account = ledger.account_of(AccountKind.HOLD, f"refund:{refund.pk}")
    refund.save(update_fields=["account"])
    wallet = ledger.wallet_of(merchant)
    try:
        _move(refund, wallet, refund.account, TransferReason.HOLD)
    except ledger.NotEnough as short:
        raise ledger.NotEnough(
            _("Your wallet lacks %(missing)s for this. What boosts hold is not free.")
            % {"missing": yuan(short.missing_fen)},
            missing_fen=short.missing_fen,
            field="amount_fen",
        ) from short
    audit.record(
        "balancerefund.requested",
        refund,
        by=by,
        team=merchant.team,
        new={"amount_fen": amount_fen, "bank": refund.bank, "bank_account": number},
    )
    return refund


@transaction.atomic
def withdraw(refund: BalanceRefund, *, by: User) -> BalanceRefund:
    """Take the request back, as long as nobody has checked it; the money is free again."""
    refund = BalanceRefund.locked(refund.pk)
    permissions.require(by, "refund.request", refund.audit_team())
    refund.move_to(RefundStatus.WITHDRAWN, by=by)
    _give_back(refund)
    return refund


@transaction.atomic
def approve(refund: BalanceRefund, *, version: str, by: User, reason: str = "") -> BalanceRefund:
    """Let the bank pay it: another person has it paid and writes the bank's reference down."""
    refund = door.enter(refund, "refund.review", version=version, by=by)
    refund.approved_by = by
    refund.move_to(RefundStatus.APPROVED, by=by, reason=optional_reason(reason))
    return refund


@transaction.atomic
def reject(refund: BalanceRefund, *, version: str, reason: str, by: User) -> BalanceRefund:
    """Do not pay it; its money is free again, and the merchant reads the reason."""
    refund = door.enter(refund, "refund.review", version=version, by=by)
    return _refuse(refund, reason=reason, by=by)


@transaction.atomic
def pay(refund: BalanceRefund, *, reference: str, version: str, by: User) -> BalanceRefund:
    """Book that the bank has paid it, under the bank's `reference`: once, and not by whoever has
    checked it. Told again with the same reference it is what was paid."""
    refund = _to_pay(refund, version=version, by=by, paid_as=payments.key_of(reference))
    if refund.status == RefundStatus.PAID:
        return refund
    refund.reference = meaning.line(reference)
    if not 0 < len(refund.reference) <= 80 or len(payments.key_of(reference)) > 120:
        raise RefundRefusal(
            _("Type the reference of the bank statement, at most 80 characters."),
            field="reference",
        )
    refund.reference_key = payments.key_of(reference)
    with or_refuse(refund, field="reference"):
        refund.move_to(RefundStatus.PAID, by=by)
    wallet = ledger.wallet_of(refund.merchant)
    _move(refund, _held(refund), ledger.bank_of(wallet), TransferReason.REFUND)
    return refund


@transaction.atomic
def turn_down(refund: BalanceRefund, *, reason: str, version: str, by: User) -> BalanceRefund:
    """What was checked cannot be paid, for instance because the bank knows no such account."""
    refund = _to_pay(refund, version=version, by=by)
    return _refuse(refund, reason=reason, by=by)


def _to_pay(refund: BalanceRefund, *, version: str, by: User, paid_as: str = "") -> BalanceRefund:
    """The locked refund, if `by` may have it paid now; also if it is `paid_as` this already."""
    refund = BalanceRefund.locked(refund.pk)
    permissions.require(by, "refund.pay")
    if refund.status == RefundStatus.PAID and refund.reference_key == paid_as:
        return refund
    if refund.status != RefundStatus.APPROVED or refund.version != version:
        raise RefundRefusal(
            _("Not taken: this was changed since you opened it. Read it again, then decide.")
        )
    if refund.approved_by_id == by.pk:
        raise RefundRefusal(_("You have checked it yourself. A second person has it paid."))
    if said := concerned.objection(refund, by):
        raise RefundRefusal(said)
    return refund


def _refuse(refund: BalanceRefund, *, reason: str, by: User) -> BalanceRefund:
    refund.decision_reason = given_reason(reason)
    refund.move_to(RefundStatus.REJECTED, by=by, reason=refund.decision_reason)
    _give_back(refund)
    return refund


def _give_back(refund: BalanceRefund) -> None:
    _move(refund, _held(refund), ledger.wallet_of(refund.merchant), TransferReason.RELEASE)


def _held(refund: BalanceRefund) -> Account:
    if refund.account is None:
        raise ValueError(f"refund {refund.pk} was never held")
    return refund.account


def _move(refund: BalanceRefund, source: Account, target: Account, reason: TransferReason) -> None:
    """Move all of it, once per reason, under the bank's reference or else its own number."""
    ledger.transfer(
        source=source,
        target=target,
        amount_fen=refund.amount_fen,
        key=f"balance:{refund.pk}:{reason.value}",
        reason=reason,
        reference=refund.reference or refund.number,
    )
