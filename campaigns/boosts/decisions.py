"""What an account manager decides about a submitted boost. ADR 0055."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.boosts import asked, awarding, endings, funding, lines, plans, quick, schedule
from campaigns.boosts.models import ENDED, Boost, BoostStatus, EndCause
from campaigns.boosts.reviews import BoostReview, ReviewDecision
from campaigns.funds.takers import CapReached
from campaigns.ledger.payments import TWO_PERSON_FEN
from campaigns.ledger.transfers import NotEnough
from merchants.listings.leading import leading
from portal import clock
from portal.accounts import audit, permissions
from portal.accounts.models import User
from portal.refusals import given_reason, optional_reason
from portal.review import concerned, door, signatures
from portal.review.door import DecisionRefusal

# The most that one person alone approves; what a payment may be that one person books.
FOUR_EYES_FEN = TWO_PERSON_FEN
# What the platform ends: approved, and not over. The rest is its merchant's to take back.
STOPPED_BY_US = frozenset(
    {BoostStatus.APPROVED, BoostStatus.SCHEDULED, BoostStatus.RUNNING, BoostStatus.PAUSED}
)

# What a reviewer can point at: names of the fields of the merchant's form.
FIELDS = [
    ("note", gettext_lazy("Note")),
    ("budget", gettext_lazy("Budget")),
    ("days", gettext_lazy("Days")),
    ("objective", gettext_lazy("Objective")),
    ("starts_on", gettext_lazy("First day")),
    ("grant", gettext_lazy("Grant")),
]


@transaction.atomic
def approve(boost: Boost, *, version: str, by: User, reason: str = "") -> Boost:
    """Approve a submitted boost: its funds pay their part, it is scheduled and starts in its first
    hour. If a fund is short, nothing moves and the refusal says by how much. One that asks a fund
    which grants in rounds waits for the next.

    Where it `needs_two`, the first who approves signs, and the boost waits for a second person.
    """
    boost = door.enter(boost, "boost.review", version=version, by=by)
    if boost.is_dated and boost.ends_at <= clock.now():
        raise DecisionRefusal(
            _("The last day has passed. Send the boost back for a new period."), field="decision"
        )
    _require_sold(boost)
    _require_funds(boost)
    reason = optional_reason(reason)
    if needs_two(boost) and not signatures.is_second(boost, by=by, reason=reason):
        team = boost.audit_team()
        audit.record("boost.first_signed", boost, by=by, team=team, reason=reason)
        return boost
    _write(boost, ReviewDecision.APPROVED, by=by, reason=reason)
    boost.move_to(BoostStatus.APPROVED, by=by, reason=reason)
    if awarding.waits(boost):
        audit.record("boost.waits", boost, by=by, team=boost.audit_team())
        return boost
    try:
        funding.draw(boost)
    except (NotEnough, CapReached) as short:
        raise DecisionRefusal(str(short), field="decision") from short
    quick.begin(boost, clock.now())
    boost.schedule(by=by, reason=reason)
    return boost


@transaction.atomic
def send_back(
    boost: Boost,
    *,
    version: str,
    by: User,
    reason: str = "",
    field: str = "",
    codes: Sequence[str] = (),
) -> Boost:
    """Return a submitted boost for correction and release its money.

    `codes` are of `reasons`, and say enough without words; `reason` is in words, and `field` names
    the one field that it is about, if it is one.
    """
    boost = door.enter(boost, "boost.review", version=version, by=by, codes=codes)
    reason = _said(reason, codes)
    _write(boost, ReviewDecision.RETURNED, by=by, reason=reason, field=field, codes=codes)
    boost.move_to(BoostStatus.RETURNED, by=by, reason=reason)
    funding.release(boost)
    plans.ask_again(boost)
    return boost


@transaction.atomic
def reject(
    boost: Boost, *, version: str, by: User, reason: str = "", codes: Sequence[str] = ()
) -> Boost:
    """Refuse a submitted boost for good and release its money; see `send_back`."""
    boost = door.enter(boost, "boost.review", version=version, by=by, codes=codes)
    reason = _said(reason, codes)
    _write(boost, ReviewDecision.REJECTED, by=by, reason=reason, codes=codes)
    boost.move_to(BoostStatus.REJECTED, by=by, reason=reason)
    funding.release(boost)
    return boost


def _require_sold(boost: Boost) -> None:
    """Raise DecisionRefusal unless readers of the note of `boost` can buy something now."""
    live = list(boost.live_listings().select_related("product__store"))
    shown = [listing for listing in live if listing.product.is_available]
    if not live:
        why = _("The note has no live listing any more. Send the boost back until it has one.")
    elif not shown:
        why = _(
            "No product that the note sells can be bought now. Send the boost back until one can."
        )
    elif not leading(shown, at=clock.now()):
        why = _("What the note links to is closed. Send the boost back until something is open.")
    else:
        return
    raise DecisionRefusal(why, field="decision")


def fund_objection(boost: Boost) -> str:
    """Why the terms of its funds refuse an approval of `boost` now, as a sentence; "" if they do
    not. Changes nothing."""
    try:
        plans.check_grant(boost.merchant, plans.plan_of(boost), at=clock.now())
    except asked.PlanRefusal as refusal:
        return refusal.message
    return ""


def _require_funds(boost: Boost) -> None:
    """Raise DecisionRefusal unless the funds of the locked `boost` pay their parts by the terms of
    now. The terms stay as they are until the decision stands."""
    for line in lines.of(boost).filter(fund__isnull=False).order_by("fund"):
        assert line.fund is not None
        line.fund.hold_still()
    if why := fund_objection(boost):
        raise DecisionRefusal(
            _("%(why)s Send the boost back for correction.") % {"why": why}, field="decision"
        )


@transaction.atomic
def stop(boost: Boost, *, reason: str, by: User) -> Boost:
    """End an approved boost for the platform: what is left of its money goes back at once."""
    permissions.require(by, "boost.stop_any")
    boost = Boost.locked(boost.pk)
    schedule.start_if_due(boost)
    if boost.status not in STOPPED_BY_US:
        raise DecisionRefusal(
            _("This boost is %(status)s and cannot be stopped now.")
            % {"status": boost.get_status_display()}
        )
    if said := concerned.objection(boost, by):
        raise DecisionRefusal(said)
    told = given_reason(reason)
    return endings.end(boost, cause=EndCause.PLATFORM, at=clock.now(), by=by, reason=told)


def needs_two(boost: Boost) -> bool:
    """Whether two persons have to approve it; see `needing_two`."""
    return boost.pk in needing_two([boost])


def needing_two(asked: Sequence[Boost]) -> set[int]:
    """The primary keys of those of `asked` that two persons have to approve: with what its merchant
    asked for on the same form, and has asked for of the same note and is not over, each is above
    FOUR_EYES_FEN. One query.

    Each is counted from when it is handed in, so that of two that are decided at once one at least
    sees the other.
    """
    of_the_note = Q(note=OuterRef("note")) & ~Q(status__in=ENDED)
    of_the_form = Q(together=OuterRef("together"), together__isnull=False)
    of_the_merchant = Boost.objects.filter(merchant=OuterRef("merchant"), submission__gt=0)
    others = (
        of_the_merchant.filter(of_the_note | of_the_form)
        .exclude(pk=OuterRef("pk"))
        .exclude(status=BoostStatus.REJECTED)
        .order_by()
        .values("merchant")
        .annotate(fen=Sum("budget_fen"))
    )
    in_all = F("budget_fen") + Coalesce(Subquery(others.values("fen")), 0)
    large = Boost.objects.filter(pk__in=[one.pk for one in asked]).annotate(in_all_fen=in_all)
    return set(large.filter(in_all_fen__gt=FOUR_EYES_FEN).values_list("pk", flat=True))


def _said(reason: str, codes: Sequence[str]) -> str:
    return optional_reason(reason) if codes else given_reason(reason)


def _write(
    boost: Boost,
    decision: ReviewDecision,
    *,
    by: User,
    reason: str,
    field: str = "",
    codes: Sequence[str] = (),
) -> None:
    BoostReview.objects.create(
        boost=boost,
        submission=boost.submission,
        decision=decision,
        field=field,
        codes=list(codes),
        reason=reason,
        reviewer=by,
    )
