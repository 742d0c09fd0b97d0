"""A round that collects is moved or called off, and all who asked hear of it. ADR 0165."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.boosts import awarding, lines
from campaigns.boosts.awards import Award, Why
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.funds.models import Fund, Round, RoundStatus
from portal import clock, typed
from portal.accounts import audit, permissions, versions
from portal.accounts.models import User
from portal.refusals import Refusal, given_reason


@transaction.atomic
def move(round_: Round, *, cut_at: datetime, by: User, version: str | None = None) -> Round:
    """Let the round collect until another moment. Merchants of boosts that wait for it, or are in
    review with a request to its fund, are told."""
    round_ = _locked(round_, by=by, version=version)
    typed.require_year(cut_at, field="cut_at")
    if cut_at <= clock.now():
        raise Refusal(_("The round ends later than now."), field="cut_at")
    if cut_at == round_.cut_at:
        raise Refusal(_("It collects until then already."), field="cut_at")
    old, new = {"cut_at": round_.cut_at.isoformat()}, {"cut_at": cut_at.isoformat()}
    round_.cut_at = cut_at
    round_.save(update_fields=["cut_at"])
    audit.record("round.moved", round_, by=by, old=old, new=new)
    for boost in _asking(round_.fund):
        audit.record("boost.round_moved", boost, by=by, team=boost.audit_team(), old=old, new=new)
    return round_


@transaction.atomic
def call_off(round_: Round, *, reason: str, by: User, version: str | None = None) -> Round:
    """End the round without dividing anything.

    Each boost that waits has its award of nothing, with the sentence that says why; the next look
    carries them out as any other, each in its own transaction: it comes back, and its merchant's
    part is released. One in review goes on, and waits for another round once it is approved.
    """
    round_ = _locked(round_, by=by, version=version)
    told = given_reason(reason)
    for line in awarding.waiting_for(round_.fund):
        Award.objects.create(
            round=round_,
            boost=line.boost,
            submission=line.submission,
            asked_fen=line.amount_fen,
            awarded_fen=0,
            why=Why.CALLED_OFF,
        )
    round_.move_to(RoundStatus.CALLED_OFF, by=by, reason=told)
    return round_


def _locked(round_: Round, *, by: User, version: str | None) -> Round:
    """The locked round, as long as it may be changed: before its moment."""
    round_ = Round.locked(round_.pk)
    permissions.require(by, "fund.manage")
    versions.require(round_, version)
    if round_.status != RoundStatus.COLLECTING:
        raise Refusal(
            _("This round is %(status)s and stays as it is.")
            % {"status": round_.get_status_display()}
        )
    if round_.cut_at <= clock.now():
        raise Refusal(_("Its moment has come: it is divided within minutes."))
    return round_


def _asking(fund: Fund) -> list[Boost]:
    """The boosts that ask the fund now: approved, or in review."""
    asked = lines.FundingLine.objects.filter(
        fund=fund,
        account=None,
        boost__status__in=[BoostStatus.APPROVED, BoostStatus.SUBMITTED],
    ).select_related("boost__merchant__team", "boost__note")
    return [line.boost for line in asked.order_by("pk") if line.submission == line.boost.asking]
