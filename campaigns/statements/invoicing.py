"""What is done with invoices: asked for, issued with a file, returned with a reason, withdrawn."""

import re
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Account
from campaigns.statements.invoices import COUNTED, InvoiceRequest, InvoiceStatus
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

# 18 signs are those of a company, with their check digit; older ones have 15, some offices 20.
_TAX_NUMBER = re.compile(r"[0-9A-Z]{15}|[0-9A-Z]{18}|[0-9A-Z]{20}")


class InvoiceRefusal(Refusal):
    """The invoice cannot be asked for, or not be issued, like this."""


def open_fen(merchant: Merchant) -> int:
    """What of the merchant's captured own money is in no invoice yet; never below 0."""
    captured = _spent(merchant).aggregate(all=Sum("balance_fen", default=0))["all"]
    asked = InvoiceRequest.objects.of(merchant).filter(status__in=COUNTED)
    return max(int(captured - asked.aggregate(all=Sum("amount_fen", default=0))["all"]), 0)


@transaction.atomic
def request(
    merchant: Merchant, *, amount_fen: int, title: str, tax_number: str, by: User
) -> InvoiceRequest:
    """Ask for an invoice of at most what is captured of own money and in no invoice yet."""
    # Whoever asks at the same time waits here, and so does whatever is captured or given back.
    ledger.lock([ledger.wallet_of(merchant)])
    ledger.lock(_spent(merchant))
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
    invoice = InvoiceRequest.locked(invoice.pk)
    permissions.require(by, "invoice.issue")
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
