"""Who is told of what happens to refunds of balance."""

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from campaigns.ledger.refunds import BalanceRefund
from campaigns.notices.common import OWN_ACT, merchants_page
from portal.notices.audiences import colleague, either, platform_who_may, team_who_may
from portal.notices.told import Nobody, Told
from portal.review import kinds
from portal.review.concerned import unconcerned
from portal.words import yuan


def _names(refund: BalanceRefund) -> dict[str, object]:
    return {
        "amount": yuan(refund.amount_fen),
        "number": refund.number,
        "merchant": refund.merchant.name,
    }


def _seen(refund: BalanceRefund) -> str:
    return reverse("campaigns:refund-list", args=[refund.merchant.code])


TABLE: dict[str, Told | Nobody] = {
    "balancerefund.requested": Told(
        either(
            unconcerned(colleague(lambda refund: refund.merchant.account_manager, "refund.review")),
            unconcerned(platform_who_may("refund.review")),
        ),
        _("“%(merchant)s” asks for %(amount)s of its balance back (%(number)s)."),
        page=lambda refund: kinds.page_of("refund", refund.pk),
        names=_names,
        otherwise=Told(
            platform_who_may("merchant.assign"),
            _("“%(merchant)s” asks for %(amount)s back (%(number)s), and nobody may check it."),
            page=merchants_page,
            names=_names,
        ),
    ),
    "balancerefund.approved": Told(
        platform_who_may("refund.pay"),
        _("The refund %(number)s of %(amount)s is checked and to be paid."),
        page=lambda refund: reverse("campaigns:payout-list"),
        names=_names,
    ),
    "balancerefund.paid": Told(
        team_who_may("wallet.view"),
        _("Your refund %(number)s of %(amount)s was paid."),
        page=_seen,
        names=_names,
    ),
    "balancerefund.rejected": Told(
        team_who_may("wallet.view"),
        _("Your refund %(number)s of %(amount)s is not paid: see the reason."),
        page=_seen,
        names=_names,
    ),
    "balancerefund.withdrawn": OWN_ACT,
}
