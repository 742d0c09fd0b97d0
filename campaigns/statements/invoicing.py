"""What is done with invoices: asked for, issued with a file, returned with a reason, withdrawn, and
taken back by a red-letter invoice when their money went back. ADR 0166."""

import re
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.ledger import transfers as ledger
from campaigns.statements import covering
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

# 18 signs are those of a company, with their check digit; older ones have 15, some offices 20.
_TAX_NUMBER = re.compile(r"[0-9A-Z]{15}|[0-9A-Z]{18}|[0-9A-Z]{20}")


class InvoiceRefusal(Refusal):
    """The invoice cannot be asked for, or not be issued, like this."""


def open_fen(merchant: Merchant) -> int:
    """What of the merchant's captured own money is in no invoice yet; never below 0."""
    return max(covering.spent_fen(merchant) - covering.sum_of(merchant, COUNTED), 0)


@transaction.atomic
def request(
    merchant: Merchant, *, amount_fen: int, title: str, tax_number: str, by: User
) -> InvoiceRequest:
    """Ask for an invoice of at most what is captured of own money and in no invoice yet."""
    covering.lock_money(merchant)
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
    covering.lock_money(invoice.merchant)
    invoice = InvoiceRequest.locked(invoice.pk)
    permissions.require(by, "invoice.issue")
    paper_fen = covering.sum_of(invoice.merchant, ON_PAPER)
    left_fen = max(covering.spent_fen(invoice.merchant) - paper_fen, 0)
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
    is_short = invoice in covering.short_of(invoice.merchant)
    if invoice.status == InvoiceStatus.ISSUED and not is_short:
        raise InvoiceRefusal(_("The money of this invoice is spent: it stays as it is."))
    invoice.decision_reason = ""
    invoice.move_to(InvoiceStatus.RED_ASKED, by=by)
    return invoice


@transaction.atomic
def keep(invoice: InvoiceRequest, *, by: User) -> InvoiceRequest:
    """Take back what `ask_back` asked for, while it is not done: the invoice stays issued."""
    covering.lock_invoices(invoice.merchant)
    invoice = InvoiceRequest.locked(invoice.pk)
    permissions.require(by, "invoice.request", invoice.audit_team())
    return _kept(invoice, by=by)


@transaction.atomic
def decline(invoice: InvoiceRequest, *, reason: str, by: User) -> InvoiceRequest:
    """Issue no red-letter invoice; the merchant reads why, and the invoice stays issued."""
    covering.lock_invoices(invoice.merchant)
    invoice = InvoiceRequest.locked(invoice.pk)
    permissions.require(by, "invoice.issue")
    invoice.decision_reason = given_reason(reason)
    return _kept(invoice, by=by)


def _kept(invoice: InvoiceRequest, *, by: User) -> InvoiceRequest:
    if invoice.status != InvoiceStatus.RED_ASKED:
        raise InvoiceRefusal(_("No red-letter invoice to it is asked for."))
    invoice.move_to(InvoiceStatus.ISSUED, by=by, reason=invoice.decision_reason)
    # It keeps its money before newer ones again, which may be short now.
    covering.tell_short(invoice.merchant)
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
