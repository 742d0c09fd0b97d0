"""Who is told of what happens to payments."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from campaigns.ledger import payments
from campaigns.ledger.models import Account, Announcement, Payment, Transfer
from campaigns.notices.common import OWN_ACT, merchants_page
from portal.accounts.models import AuditEntry, User
from portal.notices.audiences import both, colleague, platform_who_may, team_who_may
from portal.notices.told import Nobody, Told
from portal.review import kinds
from portal.review.concerned import unconcerned
from portal.words import yuan


def _signers(entry: AuditEntry, payment: Payment) -> QuerySet[User]:
    signers = platform_who_may(payments.signing_of(payment).action)
    return unconcerned(signers)(entry, payment)


def _recorder(entry: AuditEntry, payment: Payment) -> QuerySet[User]:
    return colleague(payments.recorder_of, payments.signing_of(payment).action)(entry, payment)


def _to_sign(payment: Payment) -> str:
    return kinds.page_of(payments.signing_of(payment).queue, payment.pk)


def _seen_in(account: Account) -> str:
    """Where people see what has arrived in `account`."""
    if account.merchant is None:
        return reverse("campaigns:fund-list")
    return reverse("campaigns:wallet-detail", args=[account.merchant.code])


def _amount(arrived: Payment | Transfer) -> dict[str, object]:
    return {"amount": yuan(arrived.amount_fen), "reference": arrived.reference}


def _announced(said: Announcement) -> dict[str, object]:
    merchant = said.account.merchant
    return {
        "amount": yuan(said.amount_fen),
        "day": said.paid_on.isoformat(),
        "merchant": merchant.name if merchant else "",
    }


TABLE: dict[str, Told | Nobody] = {
    "announcement.made": Told(
        colleague(lambda said: said.account.merchant.account_manager, "payment.record"),
        _("“%(merchant)s” has announced a payment of %(amount)s, made on %(day)s."),
        page=lambda said: _seen_in(said.account),
        names=_announced,
    ),
    "announcement.withdrawn": OWN_ACT,
    "deposit.recorded": Told(
        team_who_may("wallet.view"),
        _("A payment of %(amount)s was booked: %(reference)s"),
        page=lambda transfer: _seen_in(transfer.target),
        names=_amount,
    ),
    "payment.recorded": Told(
        _signers,
        _("A payment of %(amount)s waits for your signature: %(reference)s"),
        page=_to_sign,
        names=_amount,
        otherwise=Told(
            platform_who_may("merchant.assign"),
            _("A payment of %(amount)s waits, and no second person may sign it: %(reference)s"),
            page=merchants_page,
            names=_amount,
        ),
    ),
    "payment.booked": Told(
        both(_recorder, team_who_may("wallet.view")),
        _("A payment of %(amount)s was signed and booked: %(reference)s"),
        page=lambda payment: _seen_in(payment.account),
        names=_amount,
    ),
    "payment.rejected": Told(
        _recorder,
        _("Your payment of %(amount)s was not signed; see the reason: %(reference)s"),
        page=_to_sign,
        names=_amount,
    ),
}
