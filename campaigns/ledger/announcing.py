"""Payments that a merchant says he has made: on their way until the bank shows them. ADR 0133.

Who books what the bank shows books it as before; an announcement is found by its amount.
"""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Account, Announcement, Payment, PaymentStatus
from merchants.companies.models import Merchant
from portal import clock
from portal.accounts import audit, permissions
from portal.accounts.models import User
from portal.refusals import Refusal

# How many of a wallet may be on their way, and for how many days back one may be announced.
MOST_OPEN = 20
MOST_DAYS = 60
# For so many days a booked one is shown beside the others.
SHOWN_DAYS = 14


class AnnouncementRefusal(Refusal):
    """The payment cannot be announced like this, or not be taken back any more."""


@transaction.atomic
def announce(merchant: Merchant, *, amount_fen: int, paid_on: date, by: User) -> Announcement:
    """Say that `amount_fen` was paid to the merchant's wallet on the business day `paid_on`.

    The same said again while nothing has come is what was said first.
    """
    wallet = ledger.wallet_of(merchant)
    _lock(wallet)
    permissions.require(by, "payment.announce", merchant.team)
    ledger.check_amount(amount_fen)
    today = clock.today()
    if not today - timedelta(days=MOST_DAYS) <= paid_on <= today:
        raise AnnouncementRefusal(
            _("The day on which you paid is today or one of the last %(days)s days.")
            % {"days": MOST_DAYS},
            field="paid_on",
        )
    there = Announcement.objects.still_open().filter(account=wallet).order_by("pk")
    for same in there.filter(amount_fen=amount_fen, paid_on=paid_on)[:1]:
        return same
    if there.count() >= MOST_OPEN:
        raise AnnouncementRefusal(
            _("%(count)s payments are on their way already. Withdraw those that were not made.")
            % {"count": MOST_OPEN}
        )
    made = Announcement.objects.create(account=wallet, amount_fen=amount_fen, paid_on=paid_on)
    told = {"amount_fen": amount_fen, "paid_on": paid_on.isoformat()}
    audit.record("announcement.made", made, by=by, team=merchant.team, new=told)
    return made


@transaction.atomic
def withdraw(announcement: Announcement, *, by: User) -> Announcement:
    """Take back what was said, as long as nothing has come of it."""
    _lock(announcement.account)
    permissions.require(by, "payment.announce", announcement.audit_team())
    found = Announcement.objects.still_open().filter(pk=announcement.pk)
    # It is nobody else's while the wallet is locked.
    for still_open in found:
        still_open.withdrawn_at = clock.now()
        still_open.save(update_fields=["withdrawn_at"])
        audit.record(
            "announcement.withdrawn", still_open, by=by, team=still_open.audit_team(), new={}
        )
        return still_open
    raise AnnouncementRefusal(_("It has arrived or was withdrawn already."))


def match(payment: Payment) -> None:
    """The oldest announcement of this amount is about `payment`, whose account is locked.

    One of a payment that was rejected is free again and may be about this one.
    """
    there = Announcement.objects.still_open().filter(
        account=payment.account, amount_fen=payment.amount_fen
    )
    for found in there.order_by("paid_on", "pk")[:1]:
        found.payment = payment
        found.save(update_fields=["payment"])


def shown_of(key: str) -> list[Announcement]:
    """What the wallet of this key shows, the newest first: what is on its way or came lately."""
    lately = clock.now() - timedelta(days=SHOWN_DAYS)
    there = Announcement.objects.filter(account__key=key, withdrawn_at=None)
    there = there.exclude(payment__status=PaymentStatus.BOOKED, made_at__lt=lately)
    return list(there.select_related("payment").order_by("-pk")[: 2 * MOST_OPEN])


def _lock(wallet: Account) -> None:
    ledger.lock([wallet])
