"""What a merchant does with a boost: ask for it, change it, submit it, take it back, pause it, stop
it. What happens to its money: ADR 0135 and 0136."""

from typing import Unpack
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.boosts import appealing, endings, funding, plans, quick, schedule, spans
from campaigns.boosts.models import Boost, BoostStatus, EndCause
from campaigns.boosts.plans import Plan
from merchants.companies.models import Merchant, MerchantStatus
from portal import clock
from portal.accounts import audit, permissions, versions
from portal.accounts.models import User
from portal.refusals import Refusal


class BoostRefusal(Refusal):
    """The boost may not become this, or not any more."""


@transaction.atomic
def request(merchant: Merchant, *, request_key: UUID, by: User, **plan: Unpack[Plan]) -> Boost:
    """A draft boost. The same `request_key` again returns the boost made before.

    With another plan it changes that boost, as `edit` does: someone went back in the browser.
    """
    permissions.require(by, "boost.edit", merchant.team)
    boost = Boost.objects.filter(request_key=request_key).first()
    if boost is None:
        plans.check(merchant, plan, at=clock.now())
        plans.check_alone(plan, but=request_key)
        boost, is_new = Boost.objects.get_or_create(
            request_key=request_key,
            defaults={
                "merchant": merchant,
                "external_id": f"b{request_key.hex}",
                "created_by": by,
                **plans.fields_of(plan),
            },
        )
        if is_new:
            plans.write_lines(boost, plan)
            plans.join(boost, by=by)
            audit.record("boost.requested", boost, by=by, team=merchant.team, new=plans.told(plan))
    if boost.merchant_id != merchant.pk:
        raise BoostRefusal(_("This form was already used. Open a new one."))
    if plans.told(plans.plan_of(boost)) != plans.told(plan):
        return edit(boost, by=by, **plan)
    return boost


@transaction.atomic
def edit(boost: Boost, *, by: User, version: str | None = None, **plan: Unpack[Plan]) -> Boost:
    """Change a draft or returned boost. Raises Outdated unless `version`, where a page had it, is
    the newest."""
    permissions.require(by, "boost.edit", boost.merchant.team)
    boost = Boost.locked(boost.pk)
    if not boost.is_editable:
        raise BoostRefusal(
            _("This boost is %(status)s and cannot be changed now.")
            % {"status": boost.get_status_display()}
        )
    versions.require(boost, version)
    plans.check(boost.merchant, plan, at=clock.now())
    plans.check_alone(plan, but=boost.request_key)
    old = plans.told(plans.plan_of(boost))
    for name, value in plans.fields_of(plan).items():
        setattr(boost, name, value)
    boost.save()
    # The database has made them of the new days.
    boost.refresh_from_db(fields=["starts_at", "ends_at"])
    plans.write_lines(boost, plan)
    plans.join(boost, by=by)
    audit.record(
        "boost.edited", boost, by=by, team=boost.audit_team(), old=old, new=plans.told(plan)
    )
    return boost


@transaction.atomic
def submit(boost: Boost, *, by: User, version: str | None = None) -> Boost:
    """Send a draft or returned boost to review and hold what its merchant pays himself.

    Raises Outdated unless `version`, where a page had it, is the newest; BoostRefusal,
    asked.PlanRefusal when its days have passed or the like, and ledger.NotEnough when the wallet
    cannot pay its part. A fund pays at approval.
    """
    permissions.require(by, "boost.submit_quick", boost.merchant.team)
    boost = Boost.locked(boost.pk)
    if not quick.takes_no_login(boost, clock.now()):
        permissions.require(by, "boost.submit", boost.merchant.team)
    if not boost.is_editable:
        raise BoostRefusal(
            _("This boost was already submitted and its money is held once: it is %(status)s.")
            % {"status": boost.get_status_display()}
        )
    versions.require(boost, version)
    if boost.merchant.status != MerchantStatus.VERIFIED:
        raise BoostRefusal(_("Boosts can be submitted once your company is verified."))
    moment = clock.now()
    plans.check(boost.merchant, plans.plan_of(boost), at=moment)
    boost.submission += 1
    boost.submitted_at = moment
    boost.move_to(BoostStatus.SUBMITTED, by=by)
    funding.hold(boost)
    return boost


@transaction.atomic
def withdraw(boost: Boost, *, by: User) -> Boost:
    """Take a boost out of the queue: a draft again, or rejected as before where that was disputed,
    with its money back in the wallet."""
    permissions.require(by, "boost.edit", boost.merchant.team)
    boost = Boost.locked(boost.pk)
    if boost.status != BoostStatus.SUBMITTED:
        raise BoostRefusal(
            _("Only a boost in review can be withdrawn; this one is %(status)s.")
            % {"status": boost.get_status_display()}
        )
    if appealing.is_against_rejection(boost):
        return appealing.take_back(boost, by=by)
    boost.move_to(BoostStatus.DRAFT, by=by)
    funding.release(boost)
    plans.ask_again(boost)
    return boost


@transaction.atomic
def pause(boost: Boost, *, by: User) -> Boost:
    """Let a running boost spend nothing until it is resumed. Its period goes on, and so does what
    is set aside; the hour in which it is paused may still be spent."""
    permissions.require(by, "boost.edit", boost.merchant.team)
    boost = Boost.locked(boost.pk)
    if boost.status != BoostStatus.RUNNING:
        raise BoostRefusal(
            _("Only a running boost can be paused; this one is %(status)s.")
            % {"status": boost.get_status_display()}
        )
    if boost.spans.count() > spans.MOST_PAUSES:
        raise BoostRefusal(
            _("It was paused %(most)s times, and more is not possible. Stop it, and ask anew.")
            % {"most": spans.MOST_PAUSES}
        )
    spans.end(boost, clock.now())
    boost.move_to(BoostStatus.PAUSED, by=by)
    return boost


@transaction.atomic
def resume(boost: Boost, *, by: User) -> Boost:
    """Let a paused boost go on, to the end of its period."""
    permissions.require(by, "boost.edit", boost.merchant.team)
    boost = Boost.locked(boost.pk)
    moment = clock.now()
    if boost.status != BoostStatus.PAUSED:
        raise BoostRefusal(
            _("Only a paused boost can go on; this one is %(status)s.")
            % {"status": boost.get_status_display()}
        )
    if boost.ends_at <= moment:
        raise BoostRefusal(_("Its period is over; it is completed within a minute."))
    spans.begin(boost, moment)
    boost.move_to(BoostStatus.RUNNING, by=by)
    return boost


@transaction.atomic
def stop(boost: Boost, *, by: User, reason: str = "") -> Boost:
    """End a boost for good. What it holds and delivery does not cost goes back: at once when it
    never ran, else when its last hours are told."""
    permissions.require(by, "boost.edit", boost.merchant.team)
    boost = Boost.locked(boost.pk)
    schedule.start_if_due(boost)
    if not boost.is_stoppable:
        raise BoostRefusal(
            _("This boost is %(status)s and cannot be stopped now.")
            % {"status": boost.get_status_display()}
        )
    return endings.end(boost, cause=EndCause.MERCHANT, at=clock.now(), by=by, reason=reason)
