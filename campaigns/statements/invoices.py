"""Invoices (发票) that merchants ask for, over what their own money has paid. ADR 0155."""

from pathlib import Path
from typing import Self
from uuid import uuid4

from django.core.files.storage import default_storage
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.ledger.models import TRANSFER_LIMIT_FEN
from merchants.companies.models import Merchant
from portal import clock, words
from portal.accounts.models import Team, User
from portal.choices import Colour, ColouredChoices, StateField
from portal.states import Stateful
from portal.uploads.keeping import keep

# Their folder among the files that people handed in.
DOCUMENTS = "invoices"


def document_path(invoice: "InvoiceRequest", file_name: str) -> str:
    """Where an invoice is kept: under a name nobody can guess, outside what the web serves."""
    return f"{DOCUMENTS}/{uuid4().hex}{Path(file_name).suffix.lower()}"


class InvoiceStatus(ColouredChoices):
    REQUESTED = "requested", Colour.AZURE, pgettext_lazy("invoice", "Requested")
    ISSUED = "issued", Colour.GREEN, pgettext_lazy("invoice", "Issued")
    RETURNED = "returned", Colour.YELLOW, pgettext_lazy("invoice", "Returned")
    WITHDRAWN = "withdrawn", Colour.GREY, pgettext_lazy("invoice", "Withdrawn")
    RED_ASKED = "red_asked", Colour.YELLOW, _("Red-letter invoice asked for")
    CREDITED = "credited", Colour.GREY, pgettext_lazy("invoice", "Taken back")


# What they are about is invoiced, or is to be.
COUNTED = frozenset({InvoiceStatus.REQUESTED, InvoiceStatus.ISSUED, InvoiceStatus.RED_ASKED})
# On paper, and not taken back.
ON_PAPER = frozenset({InvoiceStatus.ISSUED, InvoiceStatus.RED_ASKED})


class InvoiceQuerySet(models.QuerySet["InvoiceRequest"]):
    def of(self, merchant: Merchant) -> Self:
        """What a merchant has asked for, the newest first."""
        return self.filter(merchant=merchant).order_by("-pk")

    def visible_to(self, user: User) -> Self:
        """Those of the merchants `user` may see."""
        return self.filter(merchant__in=Merchant.objects.visible_to(user))


class InvoiceRequest(Stateful):
    """An invoice of `amount_fen` to `title`, for what the merchant's own money has paid.

    Issued it has a `number` and its file; returned, the reason why not. When what it is about
    went back, a red-letter invoice (红字发票) takes all of it back, with its own number and file,
    unless the merchant gives that up or it is declined, with a reason: then it stays issued.
    `told_short_fen` is how much of it its merchant was told had gone.
    """

    TRANSITIONS = {
        InvoiceStatus.REQUESTED: {
            InvoiceStatus.ISSUED,
            InvoiceStatus.RETURNED,
            InvoiceStatus.WITHDRAWN,
        },
        InvoiceStatus.ISSUED: {InvoiceStatus.RED_ASKED},
        InvoiceStatus.RED_ASKED: {InvoiceStatus.CREDITED, InvoiceStatus.ISSUED},
    }

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="invoice_requests")
    amount_fen = models.BigIntegerField()
    title = models.CharField(max_length=120)
    tax_number = models.CharField(max_length=20)
    status = StateField(InvoiceStatus, max_length=10, default=InvoiceStatus.REQUESTED)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    number = models.CharField(max_length=40, blank=True)
    document = models.FileField(upload_to=document_path, blank=True)
    decision_reason = models.TextField(blank=True)
    told_short_fen = models.BigIntegerField(default=0, editable=False)
    red_number = models.CharField(max_length=40, blank=True)
    red_document = models.FileField(upload_to=document_path, blank=True)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["merchant", "-id"], name="invoice_of_merchant"),
            models.Index(fields=["id"], condition=Q(status="requested"), name="invoice_requested"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, amount_fen__lt=TRANSFER_LIMIT_FEN),
                name="invoice_of_a_possible_amount",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["issued", "red_asked", "credited"])
                | (~Q(number="") & ~Q(document="")),
                name="invoice_issued_has_number_and_file",
            ),
            models.CheckConstraint(
                condition=~Q(status="credited") | (~Q(red_number="") & ~Q(red_document="")),
                name="invoice_taken_back_has_number_and_file",
            ),
            models.UniqueConstraint(
                fields=["red_number"],
                condition=~Q(red_number=""),
                name="invoice_red_number_once",
                violation_error_message=_("This number stands on another invoice already."),
            ),
            models.UniqueConstraint(
                fields=["number"],
                condition=~Q(number=""),
                name="invoice_number_once",
                violation_error_message=_("This number stands on another invoice already."),
            ),
            models.UniqueConstraint(
                fields=["merchant", "amount_fen", "title", "tax_number"],
                condition=Q(status="requested"),
                name="invoice_asked_for_once",
                violation_error_message=_(
                    "You have asked for this very invoice; it is on its way."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{words.yuan(self.amount_fen)} · {self.title}"

    def audit_team(self) -> Team:
        return self.merchant.team


def announce() -> None:
    """Say which files are kept; called once, when the app is ready."""
    keep("invoices", lambda: default_storage, _handed_in, below=DOCUMENTS)


def _handed_in(names: list[str]) -> set[str]:
    rows = InvoiceRequest.objects
    return {
        *rows.filter(document__in=names).values_list("document", flat=True),
        *rows.filter(red_document__in=names).values_list("red_document", flat=True),
    }
