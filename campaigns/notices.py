"""Who is told of what happens to boosts and payments: a row per act."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from campaigns.boosts.models import Boost
from campaigns.ledger import payments
from campaigns.ledger.models import Account, Announcement, Payment, Transfer
from portal.accounts.models import AuditEntry, User
from portal.notices.audiences import both, colleague, either, platform_who_may, team_who_may
from portal.notices.told import Nobody, Told
from portal.review import kinds
from portal.review.concerned import unconcerned
from portal.words import yuan

OWN_ACT = Nobody("the merchant did it itself, and it concerns nobody else")
BY_THE_CLOCK = Nobody("it happens on the day that the merchant chose and the review approved")

BY_THE_PLATFORM = Nobody("an admin did it, and boosts go on as they were")


def _review(boost: Boost) -> str:
    return kinds.page_of("boost", boost.pk)


def _names(boost: Boost) -> dict[str, object]:
    return {"note": boost.note.title, "merchant": boost.merchant.name}


def _signers(entry: AuditEntry, payment: Payment) -> QuerySet[User]:
    signers = platform_who_may(payments.signing_of(payment).action)
    return unconcerned(signers)(entry, payment)


def _recorder(entry: AuditEntry, payment: Payment) -> QuerySet[User]:
    return colleague(payments.recorder_of, payments.signing_of(payment).action)(entry, payment)


def _to_sign(payment: Payment) -> str:
    return kinds.page_of(payments.signing_of(payment).queue, payment.pk)


def _merchants(row: object) -> str:
    """Where an admin sees who looks after whom."""
    return reverse("merchants:merchant-directory")


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
            page=_merchants,
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
    "boost.requested": OWN_ACT,
    "boost.edited": OWN_ACT,
    "boost.submitted": Told(
        either(
            unconcerned(colleague(lambda boost: boost.merchant.account_manager, "boost.review")),
            unconcerned(platform_who_may("boost.review")),
        ),
        _("“%(merchant)s” asks to boost “%(note)s”."),
        page=_review,
        names=_names,
        otherwise=Told(
            platform_who_may("merchant.assign"),
            _("“%(merchant)s” asks to boost “%(note)s”, and no account manager may decide it."),
            page=_merchants,
            names=_names,
        ),
    ),
    "boost.draft": OWN_ACT,
    "boost.approved": Nobody("it is scheduled in the same moment, and that is told"),
    "boost.paused": OWN_ACT,
    "boost.scheduled": Told(
        team_who_may("boost.edit"),
        _("The boost of “%(note)s” is approved."),
        page=Boost.get_absolute_url,
        names=_names,
    ),
    "boost.returned": Told(
        team_who_may("boost.edit"),
        _("The boost of “%(note)s” came back: see the reason."),
        page=Boost.get_absolute_url,
        names=_names,
    ),
    "boost.rejected": Told(
        team_who_may("boost.edit"),
        _("The boost of “%(note)s” was rejected: see the reason."),
        page=Boost.get_absolute_url,
        names=_names,
    ),
    "boost.running": BY_THE_CLOCK,
    "boost.completed": BY_THE_CLOCK,
    "boost.stopped": OWN_ACT,
    "boost.settled": Told(
        team_who_may("wallet.view"),
        _("The boost of “%(note)s” is settled: %(captured)s spent."),
        page=Boost.get_absolute_url,
        names=lambda boost: {**_names(boost), "captured": yuan(boost.captured_fen)},
    ),
    "boost.spend_refused": Told(
        both(platform_who_may("adserver.manage"), team_who_may("boost.edit")),
        _("The ad server said more of “%(note)s” than is paid: %(refused)s refused."),
        page=Boost.get_absolute_url,
        names=lambda boost: {**_names(boost), "refused": yuan(boost.refused_fen)},
    ),
    "adserver.created": BY_THE_PLATFORM,
    "adserver.edited": BY_THE_PLATFORM,
}
