"""Payments that arrived at the bank, written down by the person who saw them arrive.

What is above TWO_PERSON_FEN is booked when a second person has signed it. ADR 0056.
"""

from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.translation import gettext as _

from campaigns.ledger import announcing
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import (
    Account,
    AccountKind,
    Payment,
    PaymentStatus,
    Transfer,
    TransferReason,
)
from merchants.companies.models import Merchant
from portal import meaning
from portal.accounts import audit, permissions
from portal.accounts.models import AuditEntry, User
from portal.refusals import Refusal, given_reason, optional_reason
from portal.review import concerned, door
from portal.saving import save_or_refuse
from portal.words import yuan

# The most that one person alone may book.
TWO_PERSON_FEN = 5_000_000


@dataclass(frozen=True)
class Signing:
    """The code of the queue in which payments to a kind of account wait, and the permission it
    takes to sign them."""

    queue: str
    action: str


# Managers sign for wallets, admins for funds; nothing else is paid into.
SIGNING = {
    AccountKind.WALLET: Signing("payment", "payment.sign"),
    AccountKind.FUND: Signing("top-up", "fund.sign"),
}


class PaymentRefusal(Refusal):
    """The payment cannot be written down like this."""


@transaction.atomic
def record(merchant: Merchant, *, amount_fen: int, reference: str, by: User) -> Transfer | Payment:
    """Add a received payment to a merchant's wallet, once per bank `reference` however it is typed.

    Above TWO_PERSON_FEN it is a Payment that waits for a signature. The same reference with the
    same amount again returns what was made first, which `stood` then; with another amount or for
    someone else it is refused.
    """
    wallet = ledger.wallet_of(merchant)
    lock(wallet)
    permissions.require(by, "payment.record")
    # Small ones meet no second person, so who is of the merchant's team writes down none at all.
    if said := concerned.objection(Payment(account=wallet), by):
        raise PaymentRefusal(said)
    return receive(wallet, amount_fen=amount_fen, reference=reference, by=by)


@transaction.atomic
def receive(account: Account, *, amount_fen: int, reference: str, by: User) -> Transfer | Payment:
    """Move a received payment from the bank to `account`, or have it signed first: see `record`.

    The caller has called `lock`, then asked for permission.
    """
    reference = _cleaned(reference)
    _lock_reference(key_of(reference))
    known = find(reference)
    if known is not None:
        _refuse_other(known, account, amount_fen)
        known.stood = True
        return known
    team = account.merchant.team if account.merchant else None
    told = {"amount_fen": amount_fen, "reference": reference, **_paid_to(account)}
    ledger.check_amount(amount_fen)
    is_signed = amount_fen > TWO_PERSON_FEN
    payment = Payment(
        account=account,
        amount_fen=amount_fen,
        reference=reference,
        key=key_of(reference),
        status=PaymentStatus.WAITING if is_signed else PaymentStatus.BOOKED,
    )
    save_or_refuse(payment, field="amount_fen")
    announcing.match(payment)
    if is_signed:
        audit.record("payment.recorded", payment, by=by, team=team, new=told)
        return payment
    made = _book(account, amount_fen, reference, key_of(reference))
    audit.record("deposit.recorded", made, by=by, team=team, new=told)
    return made


@transaction.atomic
def sign(payment: Payment, *, version: str, by: User, reason: str = "") -> Payment:
    """Book a payment that somebody else has written down."""
    lock(payment.account)
    _lock_reference(payment.key)
    payment = door.enter(payment, signing_of(payment).action, version=version, by=by)
    payment.move_to(PaymentStatus.BOOKED, by=by, reason=optional_reason(reason))
    _book(payment.account, payment.amount_fen, payment.reference, payment.key)
    return payment


@transaction.atomic
def reject(payment: Payment, *, version: str, reason: str, by: User) -> Payment:
    """Refuse to book a payment; its reference may be written down again, with what is right."""
    lock(payment.account)
    _lock_reference(payment.key)
    payment = door.enter(payment, signing_of(payment).action, version=version, by=by)
    payment.move_to(PaymentStatus.REJECTED, by=by, reason=given_reason(reason))
    return payment


def signing_of(payment: Payment) -> Signing:
    """How the payment is signed."""
    return SIGNING[AccountKind(payment.account.kind)]


def recorder_of(payment: Payment) -> User | None:
    """Who wrote the payment down; a small one is told by the transfer that booked it.

    Its own entry comes first: a reference that was rejected may have been booked since, for less.
    """
    entries = AuditEntry.objects.select_related("actor")
    own = entries.filter(subject=audit.name_of(payment), verb="payment.recorded")
    booked = [audit.name_of(one) for one in Transfer.objects.filter(key=payment.key)]
    by_transfer = entries.filter(subject__in=booked, verb="deposit.recorded")
    return (own.first() or by_transfer.get()).actor


def waiting_for(key: str) -> list[Payment]:
    """The payments to the account of this key that wait for a signature, the oldest first."""
    waiting = Payment.objects.filter(account__key=key, status=PaymentStatus.WAITING)
    return list(waiting.order_by("pk"))


def lock(account: Account) -> None:
    """Lock what a payment to `account` moves, before its row and before permission is asked.

    Its bank comes later, and was opened later: no move waits for us in a circle.
    """
    ledger.lock([account])


def _lock_reference(key: str) -> None:
    """Of those who write down or decide payments of one reference, one goes on at a time.

    It may stand in two tables, and for any payee. Other references do not wait.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def find(reference: str) -> Transfer | Payment | None:
    """What was booked with the bank's `reference`, in whatever writing, or waits to be."""
    key = key_of(reference)
    booked = Transfer.objects.filter(key=key).first()
    return booked or Payment.objects.filter(key=key, status=PaymentStatus.WAITING).first()


def _refuse_other(known: Transfer | Payment, account: Account, amount_fen: int) -> None:
    used_for = known.target_id if isinstance(known, Transfer) else known.account_id
    if (used_for, known.amount_fen) != (account.pk, amount_fen):
        raise PaymentRefusal(
            _("This reference was already used for a payment of %(amount)s. Check the statement.")
            % {"amount": yuan(known.amount_fen)},
            field="reference",
        )


def _paid_to(account: Account) -> dict[str, str]:
    """Who is paid, by the code that names it to the log's readers."""
    if account.merchant:
        return {"merchant": account.merchant.code}
    return {account.kind: account.key.removeprefix(f"{account.kind}:")}


def _book(account: Account, amount_fen: int, reference: str, key: str) -> Transfer:
    return ledger.transfer(
        source=ledger.bank_of(account),
        target=account,
        amount_fen=amount_fen,
        key=key,
        reason=TransferReason.DEPOSIT,
        reference=reference,
    )


def key_of(reference: str) -> str:
    """The key of the transfer that books a payment with this reference of the bank.

    Two people type it in two ways, from a statement or an app: case, blanks, width and what cannot
    be seen make no other payment.
    """
    return f"bank:{meaning.key(reference)}"


def _cleaned(reference: str) -> str:
    reference = meaning.line(reference)
    if not 0 < len(reference) <= 80 or len(key_of(reference)) > 120:
        raise PaymentRefusal(
            _("Type the reference of the bank statement, at most 80 characters."),
            field="reference",
        )
    return reference
