"""What is done with invoices: asked for, issued with a file, returned with a reason, withdrawn, and
taken back by a red-letter invoice when their money went back. ADR 0166."""

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from campaigns.boosts.models import Boost
from campaigns.boosts.signals import captured
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Account
from campaigns.statements.invoices import COUNTED, ON_PAPER, InvoiceRequest, InvoiceStatus
from merchants.companies import credit_codes
from merchants.companies.models import Merchant
from portal import meaning
from portal.accounts import audit, permissions
from portal.accounts.models import User
from portal.refusals import Refusal, given_reason
from portal.saving import or_refuse, save_or_refuse
from portal.uploads.reading import Upload, read
from portal.words import yuan

if TYPE_CHECKING:
    from django.core.files.base import File

# The lock of a merchant whose invoices are looked at.
_CORRECTIONS = 1166
# 18 signs are those of a company, with their check digit; older ones have 15, some offices 20.
_TAX_NUMBER = re.compile(r"[0-9A-Z]{15}|[0-9A-Z]{18}|[0-9A-Z]{20}")


class InvoiceRefusal(Refusal):
    """The invoice cannot be asked for, or not be issued, like this."""


def open_fen(merchant: Merchant) -> int:
    """What of the merchant's captured own money is in no invoice yet; never below 0."""
    return max(spent_fen(merchant) - _sum(merchant, COUNTED), 0)


def spent_fen(merchant: Merchant) -> int:
    """What boosts have cost of the merchant's own money, as of now."""
    return int(_spent(merchant).aggregate(all=Sum("balance_fen", default=0))["all"])


def _sum(merchant: Merchant, statuses: Collection[str]) -> int:
    asked = InvoiceRequest.objects.of(merchant).filter(status__in=statuses)
    return int(asked.aggregate(all=Sum("amount_fen", default=0))["all"])


@transaction.atomic
def request(
    merchant: Merchant, *, amount_fen: int, title: str, tax_number: str, by: User
) -> InvoiceRequest:
    """Ask for an invoice of at most what is captured of own money and in no invoice yet."""
    _lock_money(merchant)
    permissions.require(by, "invoice.request", merchant.team)
    ledger.check_amount(amount_fen)
    there_fen = open_fen(merchant)
    if amount_fen > there_fen:
        raise InvoiceRefusal(
            _("%(amount)s may be invoiced now: what boosts have cost and no invoice has yet.")
            % {"amount": yuan(there_fen)},
            field="amount_fen",
        )
    invoice = InvoiceRequest(
        merchant=merchant,
        amount_fen=amount_fen,
        title=meaning.line(title),
        tax_number=_checked(tax_number),
        asked_by=by,
    )
    save_or_refuse(invoice)
    audit.record(
        "invoicerequest.asked",
        invoice,
        by=by,
        team=merchant.team,
        new={"amount_fen": amount_fen, "title": invoice.title, "tax_number": invoice.tax_number},
    )
    return invoice


@transaction.atomic
def withdraw(invoice: InvoiceRequest, *, by: User) -> InvoiceRequest:
    """Take the request back while it is not issued."""
    invoice = InvoiceRequest.locked(invoice.pk)
    permissions.require(by, "invoice.request", invoice.audit_team())
    invoice.move_to(InvoiceStatus.WITHDRAWN, by=by)
    return invoice


def issue(
    invoice: InvoiceRequest, *, number: str, document: "File[bytes]", by: User
) -> InvoiceRequest:
    """Hand the invoice over: its number and its file."""
    permissions.require(by, "invoice.issue")
    # Opened before anything is locked: a hostile file takes its seconds from nobody else.
    return _issue(invoice, number=number, document=read(document, field="document"), by=by)


@transaction.atomic
def _issue(invoice: InvoiceRequest, *, number: str, document: Upload, by: User) -> InvoiceRequest:
    # Accounts before the invoice, as whatever gives back does.
    _lock_money(invoice.merchant)
    invoice = InvoiceRequest.locked(invoice.pk)
    permissions.require(by, "invoice.issue")
    left_fen = max(spent_fen(invoice.merchant) - _sum(invoice.merchant, ON_PAPER), 0)
    if invoice.status == InvoiceStatus.REQUESTED and invoice.amount_fen > left_fen:
        raise InvoiceRefusal(
            _(
                "%(left)s of it are still spent and in no other invoice: a correction gave the "
                "rest back. Return the request; the merchant asks anew."
            )
            % {"left": yuan(left_fen)}
        )
    invoice.number = meaning.identifier(number)
    if not invoice.number:
        raise InvoiceRefusal(_("Type the number of the invoice."), field="number")
    invoice.document = document.file()
    with or_refuse(invoice, field="number"):
        invoice.move_to(InvoiceStatus.ISSUED, by=by)
    return invoice


@transaction.atomic
def send_back(invoice: InvoiceRequest, *, reason: str, by: User) -> InvoiceRequest:
    """Do not issue it; the merchant reads why and may ask again."""
    invoice = InvoiceRequest.locked(invoice.pk)
    permissions.require(by, "invoice.issue")
    invoice.decision_reason = given_reason(reason)
    invoice.move_to(InvoiceStatus.RETURNED, by=by, reason=invoice.decision_reason)
    return invoice


@transaction.atomic
def ask_back(invoice: InvoiceRequest, *, by: User) -> InvoiceRequest:
    """Ask for the red-letter invoice that takes back one whose money went back, all or a part of
    it. What is still spent may be invoiced anew after that."""
    invoice = InvoiceRequest.locked(invoice.pk)
    permissions.require(by, "invoice.request", invoice.audit_team())
    if invoice.status == InvoiceStatus.ISSUED and invoice not in short_of(invoice.merchant):
        raise InvoiceRefusal(_("The money of this invoice is spent: it stays as it is."))
    invoice.move_to(InvoiceStatus.RED_ASKED, by=by)
    return invoice


def take_back(
    invoice: InvoiceRequest, *, number: str, document: "File[bytes]", by: User
) -> InvoiceRequest:
    """Hand the red-letter invoice over: its number and its file."""
    permissions.require(by, "invoice.issue")
    return _take_back(invoice, number=number, document=read(document, field="document"), by=by)


@transaction.atomic
def _take_back(
    invoice: InvoiceRequest, *, number: str, document: Upload, by: User
) -> InvoiceRequest:
    invoice = InvoiceRequest.locked(invoice.pk)
    permissions.require(by, "invoice.issue")
    invoice.red_number = meaning.identifier(number)
    if not invoice.red_number:
        raise InvoiceRefusal(_("Type the number of the invoice."), field="number")
    invoice.red_document = document.file()
    with or_refuse(invoice, field="number"):
        invoice.move_to(InvoiceStatus.CREDITED, by=by)
    return invoice


def short_of(merchant: Merchant, *, most: int | None = None) -> dict[InvoiceRequest, int]:
    """The invoices and requests of the merchant whose money went back, each with how much (fen); of
    each the newest `most`.

    What is on paper keeps its money before what is only asked for, and the older before the newer.
    """
    spent, paper_fen = spent_fen(merchant), _sum(merchant, ON_PAPER)
    free_fen = max(spent - paper_fen, 0)
    asked = {InvoiceStatus.REQUESTED}
    return {
        **_newest(merchant, asked, _sum(merchant, asked) - free_fen, most),
        **_newest(merchant, ON_PAPER, paper_fen - spent, most),
    }


def _newest(
    merchant: Merchant, statuses: Collection[str], lacking_fen: int, most: int | None
) -> dict[InvoiceRequest, int]:
    """The newest invoices in `statuses` that together lack `lacking_fen`, each with its part."""
    short: dict[InvoiceRequest, int] = {}
    if lacking_fen <= 0:
        return short
    newest = InvoiceRequest.objects.of(merchant).filter(status__in=statuses)[:most]
    for invoice in newest.iterator(50):
        short[invoice] = min(lacking_fen, invoice.amount_fen)
        lacking_fen -= short[invoice]
        if not lacking_fen:
            break
    return short


def listen() -> None:
    """Hear of corrections; called once, when the app is ready."""
    captured.connect(_on_captured, sender=Boost, dispatch_uid="statements.invoicing")


def _on_captured(
    sender: type[Boost], *, boost: Boost, before: int, after: int, **signal: object
) -> None:
    """Tell the merchant of invoices whose money a correction gave back, of each amount once."""
    if after >= before:
        return
    counted = InvoiceRequest.objects.of(boost.merchant).filter(status__in=COUNTED)
    if not counted.exists():
        return
    with connection.cursor() as cursor:
        # Of two corrections at once the later one sees what the other gave back.
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_CORRECTIONS, boost.merchant_id])
    for invoice, short_fen in short_of(boost.merchant).items():
        if short_fen > invoice.told_short_fen:
            InvoiceRequest.objects.filter(pk=invoice.pk).update(told_short_fen=short_fen)
            invoice.told_short_fen = short_fen
            audit.record(
                "invoicerequest.uncovered",
                invoice,
                by=None,
                team=invoice.audit_team(),
                new={"short_fen": short_fen},
            )


def _lock_money(merchant: Merchant) -> None:
    """Whoever asks at the same time waits here, and so does whatever is captured or given back."""
    ledger.lock([ledger.wallet_of(merchant)])
    ledger.lock(_spent(merchant))


def _spent(merchant: Merchant) -> QuerySet[Account]:
    return Account.objects.filter(spent_for__boost__merchant=merchant, spent_for__fund__isnull=True)


def _checked(tax_number: str) -> str:
    number = meaning.identifier(tax_number).upper()
    if not _TAX_NUMBER.fullmatch(number):
        raise InvoiceRefusal(
            _("A tax number has 15, 18 or 20 digits and letters."), field="tax_number"
        )
    if len(number) == 18 and not credit_codes.is_valid(number):
        raise InvoiceRefusal(
            _("This tax number has a slip: its last sign does not fit the others."),
            field="tax_number",
        )
    return number
