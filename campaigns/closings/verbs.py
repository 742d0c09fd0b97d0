"""Carrying a closing out: each boost on its list in one transaction, then their merchants are told.

Whoever is killed half-way leaves each boost as it was or done whole; who takes the work up does the
rest. ADR 0156.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef

from campaigns.boosts import endings, funding, schedule, spans
from campaigns.boosts.models import Boost, BoostStatus, EndCause
from campaigns.closings import finding
from campaigns.closings.fates import FATES, give_back
from campaigns.closings.models import Closing, ClosingBoost, ClosingMerchant, Fate
from campaigns.delivery import taking
from portal import clock
from portal.accounts import audit
from portal.jobs.claims import Claim


def carry_out(claim: Claim, closing: Closing) -> None:
    """Deal with all boosts on the list that nobody has dealt with. One that fails keeps no other
    from it; the work is tried again then."""
    total = closing.boosts.count()
    rows = list(closing.boosts.open())
    done, failures = total - len(rows), []
    for row in rows:
        try:
            with claim.writing():
                _deal_with(row.pk, row.boost_id)
            done += 1
        except Exception as failure:
            if claim.over:
                raise
            failure.add_note(f"boost {row.boost_id}")
            failures.append(failure)
        claim.progress(done, total)
    for told in _to_tell(closing):
        with claim.writing():
            _tell(told)
    if failures:
        raise ExceptionGroup("Boosts that could not be ended", failures)
    with claim.writing():
        _finish(closing)


def _deal_with(pk: int, boost_id: int) -> None:
    """End the boost, or return it; in the caller's transaction, which locks the job before it."""
    boost = Boost.locked(boost_id)
    row = ClosingBoost.objects.select_for_update(no_key=True).get(pk=pk)
    if row.fate != Fate.OPEN:
        return
    opening = row.closing.opening
    if opening.taken_back_at is not None:
        _spare(row)
        return
    if boost.starts_at <= opening.effective_at:
        # Nobody is to gain by a closing that comes before the clock looks.
        schedule.start_if_due(boost)
    held_fen = boost.held_fen
    row.fate = FATES[BoostStatus(boost.status)]
    if row.fate == Fate.RETURNED:
        row.fate = give_back(boost, reason=opening.reason)
    elif row.fate == Fate.ENDED:
        at = opening.effective_at
        endings.end(boost, cause=EndCause.CLOSING, at=at, by=None, reason=opening.reason)
    elif finding.ended_since(opening).filter(pk=boost.pk).exists():
        row.fate = Fate.ENDED
        _cut(boost, opening.effective_at)
    # What was captured of later hours went back first; the rest is spent for good.
    row.released_fen = 0 if row.fate == Fate.OVER else held_fen - boost.held_fen
    row.done_at = clock.now()
    row.save(update_fields=["fate", "released_fen", "done_at"])


def _spare(row: ClosingBoost) -> None:
    """The boost goes on: the rule was taken back before its turn came."""
    row.fate, row.done_at = Fate.SPARED, clock.now()
    row.save(update_fields=["fate", "done_at"])


def _cut(boost: Boost, at: datetime) -> None:
    """The locked `boost`, which ended after the moment `at`, has no hour after it."""
    spans.cut(boost, at)
    taking.recount(boost)
    funding.settle(boost, at=clock.now())


def _to_tell(closing: Closing) -> list[ClosingMerchant]:
    """Merchants that were not told, and have no boost left that is still to be dealt with."""
    left = closing.boosts.open().filter(boost__merchant=OuterRef("merchant"))
    return list(
        closing.merchants.filter(~Exists(left), told_at=None)
        .select_related("merchant__team", "closing__opening")
        .order_by("pk")
    )


def _tell(told: ClosingMerchant) -> None:
    if not ClosingMerchant.objects.filter(pk=told.pk, told_at=None).update(told_at=clock.now()):
        return
    if told.hit().exists():
        new = {"released_fen": told.hit().released_fen()}
        audit.record("closingmerchant.told", told, by=None, team=told.audit_team(), new=new)


def _finish(closing: Closing) -> None:
    moment = clock.now()
    if not Closing.objects.filter(pk=closing.pk, finished_at=None).update(finished_at=moment):
        return
    hit = closing.boosts.hit()
    if hit.exists():
        new = {"released_fen": hit.released_fen()}
        audit.record("closing.finished", closing, by=None, new=new)
