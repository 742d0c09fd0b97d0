"""A merchant disagrees with a decision about a boost. ADR 0151."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.boosts import funding, plans
from campaigns.boosts.models import Boost, BoostStatus
from merchants.companies.models import MerchantStatus
from portal import clock
from portal.accounts import audit, permissions
from portal.accounts.models import User
from portal.review import appeals
from portal.review.appeals import AppealRefusal
from portal.review.models import Appeal, Decision, Outcome

DISPUTED = frozenset({BoostStatus.RETURNED, BoostStatus.REJECTED})


@transaction.atomic
def appeal(boost: Boost, *, text: str, by: User) -> Boost:
    """Hand a boost that a person returned or rejected in again as it was, for another person.

    What the merchant pays himself is set aside again. Raises AppealRefusal when nobody said no, or
    it was changed since (that is a correction), was decided upon an appeal already, or is over;
    asked.PlanRefusal when it may not be asked for now; NotEnough when the wallet falls short.
    """
    permissions.require(by, "boost.submit", boost.merchant.team)
    boost = Boost.locked(boost.pk)
    if boost.status not in DISPUTED:
        raise AppealRefusal(
            _("Only a decision that said no is disputed; this boost is %(status)s.")
            % {"status": boost.get_status_display()}
        )
    appeals.refuse_twice(boost)
    moment = clock.now()
    _check(boost)
    # What may be submitted, and no more: a note that leads nowhere, a fund whose terms say no.
    # Nothing is added to its campaign, which may have been closed since.
    plans.check(boost.merchant, {**plans.plan_of(boost), "campaign": None}, at=moment)
    if boost.status == BoostStatus.REJECTED:
        plans.ask_again(boost)
    boost.submission += 1
    boost.submitted_at = moment
    appeals.begin(boost, text=text, by=by)
    boost.move_to(BoostStatus.SUBMITTED, by=by, reason=text)
    funding.hold(boost)
    return boost


@transaction.atomic
def take_back(boost: Boost, *, by: User) -> Boost:
    """The merchant disagrees with the rejection no more: it stands, and the money is free again."""
    permissions.require(by, "boost.edit", boost.merchant.team)
    boost = Boost.locked(boost.pk)
    if boost.status != BoostStatus.SUBMITTED or not is_against_rejection(boost):
        raise AppealRefusal(_("Nobody disagrees with a rejection of this boost now."))
    audit.record("boost.appeal_taken_back", boost, by=by, team=boost.audit_team())
    restore(boost)
    return boost


def restore(boost: Boost, *, reason: str = "") -> None:
    """The locked `boost`, which waits upon an appeal against its rejection, stays rejected, and
    what is set aside goes back. Nobody decides that anew, so it is a move of the portal."""
    boost.move_to(BoostStatus.REJECTED, by=None, reason=reason)
    funding.release(boost)


def is_against_rejection(boost: Boost) -> bool:
    """Whether `boost` waits upon an appeal against its rejection."""
    disputed = appeals.open_of(boost)
    return disputed is not None and keeps(disputed)


def is_disputable(boost: Boost, of_it: Sequence[Appeal]) -> bool:
    """Whether a person said no to `boost` as it was handed in last, and nobody disagreed yet; its
    appeals are `of_it`."""
    if boost.status not in DISPUTED or any(one.asked_at == boost.submitted_at for one in of_it):
        return False
    return _no_of(boost) is not None


def _no_of(boost: Boost) -> Decision | None:
    """The decision of a person in which `boost` stands; None when a round or a closing returned
    it, upon which nobody can disagree."""
    last = Decision.objects.about(boost).answers().first()
    if last is None or last.verdict != boost.status or last.asked_at != boost.submitted_at:
        return None
    return last


def keeps(appeal: Appeal) -> bool:
    """Whether a boost is rejected or approved upon `appeal`, or rejected as before without it: what
    was rejected is no draft again by way of an appeal, that is decided."""
    return appeal.outcome == Outcome.OPEN and appeal.verdict == BoostStatus.REJECTED


def _check(boost: Boost) -> None:
    last = _no_of(boost)
    if last is None:
        raise AppealRefusal(_("No person decided this. Correct the boost and submit it again."))
    if boost.merchant.status != MerchantStatus.VERIFIED:
        raise AppealRefusal(_("Boosts can be submitted once your company is verified."))
    if boost.is_dated and boost.ends_at <= clock.now():
        raise AppealRefusal(_("Its period is over. Ask for a new one."))
    if not boost.live_listings().exists():
        raise AppealRefusal(_("The note sells nothing now. Link a product, then disagree."))
    if boost.status == BoostStatus.RETURNED and last.judged != boost.snapshot():
        raise AppealRefusal(_("It was changed since. Submit it as a correction."))
