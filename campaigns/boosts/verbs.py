"""What a merchant does with a boost: ask for it, change it, submit it, take it back, stop it.

A submitted boost holds its budget until it is returned, rejected, withdrawn, stopped or completed.
ADR 0051.
"""

from datetime import date
from typing import Any, NotRequired, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from campaigns import notices
from campaigns.boosts import funding
from campaigns.boosts.models import (
    MAX_DAYS,
    MIN_DAILY_BUDGET_FEN,
    Boost,
    BoostStatus,
    FundingLine,
    Objective,
)
from campaigns.funds.models import Fund, FundingSource
from campaigns.ledger.models import TRANSFER_LIMIT_FEN
from merchants.companies.models import Merchant, MerchantStatus
from merchants.notes.models import Note
from portal.accounts import audit, permissions
from portal.accounts.models import User
from portal.refusals import Refusal
from portal.ui.formats import yuan


class BoostRefusal(Refusal):
    """The boost may not become this, or not any more."""


class Plan(TypedDict):
    """What is asked for: `fund` pays `grant_fen` of `budget_fen`, the wallet the rest."""

    note: Note
    objective: Objective
    starts_on: date
    ends_on: date
    budget_fen: int
    fund: NotRequired[Fund | None]
    grant_fen: NotRequired[int]


@transaction.atomic
def request(
    merchant: Merchant,
    *,
    request_key: UUID,
    by: User,
    today: date | None = None,
    **plan: Unpack[Plan],
) -> Boost:
    """A draft boost. The same `request_key` again returns the boost made before.

    With another plan it changes that boost, as `edit` does: someone went back in the browser.
    `today` is the business day of the request, for replays of the past.
    """
    permissions.require(by, "boost.edit", merchant.team)
    boost = Boost.objects.filter(request_key=request_key).first()
    if boost is None:
        _check(merchant, plan, today=today or timezone.localdate())
        boost, is_new = Boost.objects.get_or_create(
            request_key=request_key,
            defaults={
                "merchant": merchant,
                "external_id": f"b{request_key.hex}",
                "created_by": by,
                **_fields(plan),
            },
        )
        if is_new:
            _write_lines(boost, plan)
            audit.record("boost.requested", boost, by=by, team=merchant.team, new=_told(plan))
    if boost.merchant_id != merchant.pk:
        raise BoostRefusal(_("This form was already used. Open a new one."))
    if _told(plan_of(boost)) != _told(plan):
        return edit(boost, by=by, today=today, **plan)
    return boost


@transaction.atomic
def edit(boost: Boost, *, by: User, today: date | None = None, **plan: Unpack[Plan]) -> Boost:
    """Change a draft or returned boost."""
    permissions.require(by, "boost.edit", boost.merchant.team)
    boost = Boost.locked(boost.pk)
    if not boost.is_editable:
        raise BoostRefusal(
            _("This boost is %(status)s and cannot be changed now.")
            % {"status": boost.get_status_display()}
        )
    _check(boost.merchant, plan, today=today or timezone.localdate())
    old = _told(plan_of(boost))
    for name, value in _fields(plan).items():
        setattr(boost, name, value)
    boost.save()
    boost.funding_lines.all().delete()
    _write_lines(boost, plan)
    audit.record("boost.edited", boost, by=by, team=boost.audit_team(), old=old, new=_told(plan))
    return boost


@transaction.atomic
def submit(boost: Boost, *, by: User, today: date | None = None) -> Boost:
    """Send a draft or returned boost to review and hold its budget.

    Raises BoostRefusal, and ledger.NotEnough when wallet or fund cannot pay their part.
    """
    permissions.require(by, "boost.edit", boost.merchant.team)
    boost = Boost.locked(boost.pk)
    if not boost.is_editable:
        raise BoostRefusal(
            _("This boost was already submitted and its money is held once: it is %(status)s.")
            % {"status": boost.get_status_display()}
        )
    if boost.merchant.status != MerchantStatus.VERIFIED:
        raise BoostRefusal(_("Boosts can be submitted once your company is verified."))
    _check(boost.merchant, plan_of(boost), today=today or timezone.localdate())
    boost.submission += 1
    boost.submitted_at = timezone.now()
    boost.move_to(BoostStatus.SUBMITTED, by=by)
    funding.hold(boost)
    notices.tell_reviewers(boost, gettext_noop("“%(merchant)s” asks to boost “%(note)s”."))
    return boost


@transaction.atomic
def withdraw(boost: Boost, *, by: User) -> Boost:
    """Take a boost out of the queue: a draft again, with its money back in the wallet."""
    permissions.require(by, "boost.edit", boost.merchant.team)
    boost = Boost.locked(boost.pk)
    if boost.status != BoostStatus.SUBMITTED:
        raise BoostRefusal(
            _("Only a boost in review can be withdrawn; this one is %(status)s.")
            % {"status": boost.get_status_display()}
        )
    boost.move_to(BoostStatus.DRAFT, by=by)
    funding.release(boost)
    return boost


@transaction.atomic
def stop(boost: Boost, *, by: User, reason: str = "") -> Boost:
    """End a boost for good and give back what it holds."""
    permissions.require(by, "boost.edit", boost.merchant.team)
    boost = Boost.locked(boost.pk)
    if not boost.is_stoppable:
        raise BoostRefusal(
            _("This boost is %(status)s and cannot be stopped now.")
            % {"status": boost.get_status_display()}
        )
    boost.move_to(BoostStatus.STOPPED, by=by, reason=reason)
    funding.release(boost)
    return boost


def _check(merchant: Merchant, plan: Plan, *, today: date) -> None:
    """Raise BoostRefusal, naming the field, unless the plan can be asked for today."""
    note, budget_fen = plan["note"], plan["budget_fen"]
    days = (plan["ends_on"] - plan["starts_on"]).days + 1
    if note.merchant_id != merchant.pk or not note.published_at:
        raise BoostRefusal(_("Choose a published note of yours."), field="note")
    if note.published_at > timezone.now():
        raise BoostRefusal(_("This note is not published yet."), field="note")
    if plan["starts_on"] < today:
        raise BoostRefusal(_("The first day is today or later."), field="starts_on")
    if not 1 <= days <= MAX_DAYS:
        raise BoostRefusal(
            _("A boost runs for 1 to %(days)s days.") % {"days": MAX_DAYS}, field="days"
        )
    if budget_fen >= TRANSFER_LIMIT_FEN:
        raise BoostRefusal(
            _("The budget is less than %(limit)s.") % {"limit": yuan(TRANSFER_LIMIT_FEN)},
            field="budget",
        )
    if budget_fen < MIN_DAILY_BUDGET_FEN * days:
        raise BoostRefusal(
            _("The budget is at least %(daily)s a day: %(least)s for %(days)s days.")
            % {
                "daily": yuan(MIN_DAILY_BUDGET_FEN),
                "least": yuan(MIN_DAILY_BUDGET_FEN * days),
                "days": days,
            },
            field="budget",
        )
    _check_grant(plan)


def _check_grant(plan: Plan) -> None:
    fund, grant_fen = plan.get("fund"), plan.get("grant_fen", 0)
    if bool(fund) != bool(grant_fen):
        raise BoostRefusal(_("A grant names its fund and its amount."), field="grant")
    if not 0 <= grant_fen <= plan["budget_fen"]:
        raise BoostRefusal(_("The grant is at most the budget."), field="grant")


def _fields(plan: Plan) -> dict[str, Any]:
    return {
        "note": plan["note"],
        "objective": plan["objective"],
        "starts_on": plan["starts_on"],
        "ends_on": plan["ends_on"],
        "budget_fen": plan["budget_fen"],
    }


def _write_lines(boost: Boost, plan: Plan) -> None:
    fund, grant_fen = plan.get("fund"), plan.get("grant_fen", 0)
    cash_fen = plan["budget_fen"] - grant_fen
    if cash_fen:
        boost.funding_lines.create(source=FundingSource.MERCHANT_CASH, amount_fen=cash_fen)
    if fund:
        boost.funding_lines.create(source=fund.source, fund=fund, amount_fen=grant_fen)


def plan_of(boost: Boost) -> Plan:
    """What the boost asks for now."""
    grant = grant_of(boost)
    return {
        "note": boost.note,
        "objective": Objective(boost.objective),
        "starts_on": boost.starts_on,
        "ends_on": boost.ends_on,
        "budget_fen": boost.budget_fen,
        "fund": grant.fund if grant else None,
        "grant_fen": grant.amount_fen if grant else 0,
    }


def grant_of(boost: Boost) -> FundingLine | None:
    """The funding line that a fund pays; None when the merchant pays all."""
    return boost.funding_lines.filter(fund__isnull=False).select_related("fund").first()


def _told(plan: Plan) -> dict[str, Any]:
    """The plan as the audit entry keeps it."""
    fund = plan.get("fund")
    return {
        "note": plan["note"].external_id,
        "objective": str(plan["objective"]),
        "starts_on": plan["starts_on"].isoformat(),
        "ends_on": plan["ends_on"].isoformat(),
        "budget_fen": plan["budget_fen"],
        "fund": fund.code if fund else None,
        "grant_fen": plan.get("grant_fen", 0),
    }
