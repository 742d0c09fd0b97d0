"""Who is told of what happens to invoices."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from campaigns.notices.common import OWN_ACT
from campaigns.statements.invoices import InvoiceRequest, InvoiceStatus
from portal.accounts.models import AuditEntry, User
from portal.notices.audiences import Audience, platform_who_may, team_who_may
from portal.notices.told import Nobody, Told
from portal.words import yuan


def _names(invoice: InvoiceRequest) -> dict[str, object]:
    return {"amount": yuan(invoice.amount_fen), "merchant": invoice.merchant.name}


def _seen(invoice: InvoiceRequest) -> str:
    return reverse("campaigns:invoice-list", args=[invoice.merchant.code])


def _from(status: InvoiceStatus, audience: Audience) -> Audience:
    """`audience`, when the invoice was in `status` before; else nobody."""

    def tested(entry: AuditEntry, row: InvoiceRequest) -> QuerySet[User]:
        was_so = entry.old.get("status") == status
        return audience(entry, row) if was_so else User.objects.none()

    return tested


TABLE: dict[str, Told | Nobody] = {
    "invoicerequest.asked": Told(
        platform_who_may("invoice.issue"),
        _("“%(merchant)s” asks for an invoice of %(amount)s."),
        page=lambda invoice: reverse("campaigns:issuing-list"),
        names=_names,
    ),
    "invoicerequest.issued": Told(
        _from(InvoiceStatus.REQUESTED, team_who_may("wallet.view")),
        _("Your invoice of %(amount)s is issued."),
        page=_seen,
        names=_names,
        others=[
            Told(
                _from(InvoiceStatus.RED_ASKED, team_who_may("wallet.view")),
                _("Your invoice of %(amount)s stays: no red-letter invoice takes it back."),
                page=_seen,
                names=_names,
            )
        ],
    ),
    "invoicerequest.returned": Told(
        team_who_may("wallet.view"),
        _("Your invoice of %(amount)s is not issued: see the reason."),
        page=_seen,
        names=_names,
    ),
    "invoicerequest.withdrawn": OWN_ACT,
    "invoicerequest.uncovered": Told(
        team_who_may("wallet.view"),
        _("%(short)s of your invoice of %(amount)s went back by a correction: see what to do."),
        page=_seen,
        names=lambda invoice: {**_names(invoice), "short": yuan(invoice.told_short_fen)},
    ),
    "invoicerequest.red_asked": Told(
        platform_who_may("invoice.issue"),
        _("“%(merchant)s” asks for the red-letter invoice to one of %(amount)s."),
        page=lambda invoice: reverse("campaigns:issuing-list"),
        names=_names,
    ),
    "invoicerequest.credited": Told(
        team_who_may("wallet.view"),
        _("Your invoice of %(amount)s is taken back: the red-letter invoice is there."),
        page=_seen,
        names=_names,
    ),
}
