"""The daily proof: everything is read again, and what does not agree is named until it does."""

from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import connection, transaction
from django.db.models import F

from campaigns.ledger import proof
from campaigns.reconciling.models import Discrepancy, Reconciliation
from portal import clock
from portal.accounts import audit, permissions
from portal.accounts.models import User
from portal.jobs import queue
from portal.jobs.claims import Claim
from portal.jobs.models import OPEN, JobState

KIND = "campaigns.reconcile"
PROMISES = Path(__file__).parent / "promises.sql"
MONTHS = Path(__file__).parent / "months.sql"
HANDS = Path(__file__).parent / "hands.sql"
# The night's last messages are in, and nobody works yet.
HOUR = timedelta(hours=3)
# More are not written down at once; then none is taken for gone.
MOST = 10_000


@transaction.atomic
def ask_daily() -> Reconciliation | None:
    """Have the books proven for the business day, once, from HOUR on; None when it is not due.

    A proof that failed is none: the day has another, and who looks again asks for it.
    """
    today = clock.today()
    if clock.now() < clock.start_of(today) + HOUR:
        return None
    _one_at_a_time()
    of_today = Reconciliation.objects.filter(on=today)
    of_today.filter(found=None, job__state=JobState.FAILED).update(on=None)
    if of_today.exists():
        return None
    return _asked(on=today, by=None)


@transaction.atomic
def ask(*, by: User) -> Reconciliation:
    """Have the books proven now; while that is waited for, it is the one that was asked for."""
    permissions.require(by, "reconciliation.view")
    _one_at_a_time()
    for coming in Reconciliation.objects.filter(job__state__in=OPEN).order_by("-pk")[:1]:
        return coming
    return _asked(on=None, by=by)


def prove(claim: Claim, reconciliation: Reconciliation) -> None:
    """Prove every promise of every room, and write down what broke and what does not any more.

    The proof is one statement: what moves meanwhile is not half seen.
    """
    found = proof.verify(most=MOST)
    with claim.writing():
        _one_at_a_time()
        moment = clock.now()
        fresh, gone = _write(found.broken, moment)
        reconciliation.proven_at = moment
        reconciliation.accounts, reconciliation.transfers = found.accounts, found.transfers
        reconciliation.found = len(found.broken)
        reconciliation.fresh, reconciliation.gone = fresh, gone
        reconciliation.save()
        told = {"found": len(found.broken), "fresh": fresh, "gone": gone}
        if fresh:
            audit.record("reconciliation.broken", reconciliation, by=None, new=told)
        else:
            audit.record("reconciliation.proven", reconciliation, by=None, new=told)


def tell_failed(error: str, *, refused: bool, reconciliation_id: int) -> None:
    """Tell that the proof failed and nobody knows whether the books agree; once a business day."""
    failed = Reconciliation.objects.get(pk=reconciliation_id)
    before = Reconciliation.objects.filter(
        found=None, job__state=JobState.FAILED, asked_at__gte=clock.start_of(clock.today())
    )
    if failed.found is None and not before.exclude(pk=failed.pk).exists():
        audit.record("reconciliation.failed", failed, by=None, reason=error)


def _write(broken: list[proof.Broken], moment: datetime) -> tuple[int, int]:
    """How many are new, and how many are gone."""
    known = {(row.rule, row.subject): row for row in Discrepancy.objects.still_open()}
    fresh = 0
    for one in broken:
        row = known.pop((one.rule, one.subject), None)
        if row is None:
            row = Discrepancy(rule=one.rule, subject=one.subject, first_at=moment)
            fresh += 1
        row.expected_fen, row.found_fen, row.last_at = one.expected_fen, one.found_fen, moment
        row.save()
    if len(broken) == MOST:
        return fresh, 0
    # Whatever is left was not found; a clock that was set back makes nothing end before it began.
    gone = Discrepancy.objects.filter(pk__in=[row.pk for row in known.values()])
    return fresh, gone.update(gone_at=moment, last_at=F("last_at"))


def _asked(*, on: date | None, by: User | None) -> Reconciliation:
    job = queue.enqueue(KIND, args={}, by=by)
    made = Reconciliation.objects.create(on=on, job=job)
    job.args = {"reconciliation_id": made.pk}
    job.save(update_fields=["args"])
    return made


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('reconciling', 0))")
