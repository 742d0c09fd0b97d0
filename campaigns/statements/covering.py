"""What invoices are about, and whether it is still spent. ADR 0166.

Locks are taken in this order: a merchant's invoices together, accounts, one invoice.
"""

from collections.abc import Collection

from django.db import connection
from django.db.models import QuerySet, Sum

from campaigns.boosts.models import Boost
from campaigns.boosts.signals import captured, correcting
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Account
from campaigns.statements.invoices import COUNTED, ON_PAPER, InvoiceRequest, InvoiceStatus
from merchants.companies.models import Merchant
from portal.accounts import audit

# The lock of a merchant's invoices.
_INVOICES = 1166


def spent_fen(merchant: Merchant) -> int:
    """What boosts have cost of the merchant's own money, as of now."""
    return int(_spent(merchant).aggregate(all=Sum("balance_fen", default=0))["all"])


def sum_of(merchant: Merchant, statuses: Collection[str]) -> int:
    """The amounts (fen) of the merchant's invoices in `statuses`."""
    asked = InvoiceRequest.objects.of(merchant).filter(status__in=statuses)
    return int(asked.aggregate(all=Sum("amount_fen", default=0))["all"])


def short_of(merchant: Merchant, *, most: int | None = None) -> dict[InvoiceRequest, int]:
    """The invoices and requests of the merchant whose money went back, each with how much (fen); of
    each state the newest `most`.

    What is on paper keeps its money before what is only asked for, and the older before the newer;
    one whose red-letter invoice is asked for gives up its own before all that stay.
    """
    spent, paper_fen = spent_fen(merchant), sum_of(merchant, ON_PAPER)
    free_fen, lacking_fen = max(spent - paper_fen, 0), paper_fen - spent
    asked, leaving = {InvoiceStatus.REQUESTED}, {InvoiceStatus.RED_ASKED}
    stays_fen = lacking_fen - sum_of(merchant, leaving)
    return {
        **_newest(merchant, asked, sum_of(merchant, asked) - free_fen, most),
        **_newest(merchant, leaving, lacking_fen, most),
        **_newest(merchant, ON_PAPER - leaving, stays_fen, most),
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
    correcting.connect(_on_correcting, sender=Boost, dispatch_uid="statements.covering")
    captured.connect(_on_captured, sender=Boost, dispatch_uid="statements.covering")


def _on_correcting(sender: type[Boost], *, boost: Boost, **signal: object) -> None:
    """Wait for other corrections before any account is locked, and forget what was told of
    invoices whose money has come again: what goes now is another shortage."""
    lock_invoices(boost.merchant)
    told = InvoiceRequest.objects.of(boost.merchant).filter(told_short_fen__gt=0)
    if told.exists():
        short = [invoice.pk for invoice in short_of(boost.merchant)]
        told.exclude(pk__in=short).update(told_short_fen=0)


def _on_captured(
    sender: type[Boost], *, boost: Boost, before: int, after: int, **signal: object
) -> None:
    """A correction gave money back, under the lock of the merchant's invoices."""
    counted = InvoiceRequest.objects.of(boost.merchant).filter(status__in=COUNTED)
    if after < before and counted.exists():
        tell_short(boost.merchant)


def tell_short(merchant: Merchant) -> None:
    """Tell the merchant of invoices whose money went back, of each amount once."""
    for invoice, short_fen in short_of(merchant).items():
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


def lock_invoices(merchant: Merchant) -> None:
    """Whatever may leave an invoice of the merchant short, or asks or issues one, waits here;
    always before accounts, of which corrections and settlements lock now these, now those."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_INVOICES, merchant.pk])


def lock_money(merchant: Merchant) -> None:
    """Whoever asks at the same time waits here, and so does whatever is captured or given back.

    The wallet is left alone: a settlement that has captured waits for it.
    """
    lock_invoices(merchant)
    ledger.lock(_spent(merchant))


def _spent(merchant: Merchant) -> QuerySet[Account]:
    return Account.objects.filter(spent_for__boost__merchant=merchant, spent_for__fund__isnull=True)
