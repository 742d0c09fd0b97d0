"""A merchant disagrees with a decision about a boost. ADR 0151."""

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.boosts import funding, plans
from campaigns.boosts.models import Boost, BoostStatus
from merchants.companies.models import MerchantStatus
from portal import clock
from portal.accounts import permissions
from portal.accounts.models import User
from portal.review import appeals
from portal.review.appeals import AppealRefusal
from portal.review.models import Appeal, Decision, Outcome

DISPUTED = frozenset({BoostStatus.RETURNED, BoostStatus.REJECTED})


@transaction.atomic
def appeal(boost: Boost, *, text: str, by: User) -> Boost:
    """Hand a returned or rejected boost in again as it was, for a decision of another person.

    What the merchant pays himself is set aside again. Raises AppealRefusal when it was changed
    since (that is a correction), was decided upon an appeal already, or is over; NotEnough when the
    wallet falls short.
    """
    permissions.require(by, "boost.submit", boost.merchant.team)
    boost = Boost.locked(boost.pk)
    if boost.status not in DISPUTED:
        raise AppealRefusal(
            _("Only a decision that said no is disputed; this boost is %(status)s.")
            % {"status": boost.get_status_display()}
        )
    appeals.refuse_twice(boost)
    _check(boost)
    if boost.status == BoostStatus.REJECTED:
        plans.ask_again(boost)
    boost.submission += 1
    boost.submitted_at = clock.now()
    appeals.begin(boost, text=text, by=by)
    boost.move_to(BoostStatus.SUBMITTED, by=by, reason=text)
    funding.hold(boost)
    return boost


def may_be_withdrawn(boost: Boost) -> bool:
    """Whether no appeal keeps `boost` in the queue."""
    disputed = appeals.open_of(boost)
    return disputed is None or not keeps(disputed)


def keeps(appeal: Appeal) -> bool:
    """Whether a boost waits for good upon `appeal`: what was rejected is no draft again by way of
    an appeal, that is decided."""
    return appeal.outcome == Outcome.OPEN and appeal.verdict == BoostStatus.REJECTED


def _check(boost: Boost) -> None:
    if boost.merchant.status != MerchantStatus.VERIFIED:
        raise AppealRefusal(_("Boosts can be submitted once your company is verified."))
    if boost.is_dated and boost.ends_at <= clock.now():
        raise AppealRefusal(_("Its period is over. Ask for a new one."))
    if not boost.live_listings().exists():
        raise AppealRefusal(_("The note sells nothing now. Link a product, then disagree."))
    last = Decision.objects.about(boost).answers().first()
    if boost.status == BoostStatus.RETURNED and last and last.judged != boost.snapshot():
        raise AppealRefusal(_("It was changed since. Submit it as a correction."))
