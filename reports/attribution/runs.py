"""Runs: ask for report days to be computed, compute them, publish them in one step."""

import hashlib
import logging
from datetime import date, timedelta
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from merchants.companies.models import Merchant, MerchantStatus
from portal import clock, words
from portal.accounts import audit, permissions
from portal.accounts.models import User
from portal.jobs import queue, workspace
from portal.jobs.models import Job, JobState
from portal.jobs.registry import Claim
from portal.refusals import Refusal
from reports.attribution import days, dimensions, engine, publish, staleness, waiting
from reports.attribution.choices import MOST_DAYS
from reports.attribution.models import ReportDay, Run
from reports.events.queries import EVENTS
from reports.lake import tables as lake
from reports.sources import lacking
from reports.sources.models import Batch

log = logging.getLogger(__name__)

DAYS_PER_GROUP = 10
PAUSE_AFTER_FAILURE = timedelta(minutes=15)


class RunRefused(Refusal):
    """These days cannot be computed."""


@transaction.atomic
def request(
    *, first_on: date, last_on: date, merchant: Merchant | None = None, by: User | None
) -> Run:
    """Ask for the report days from first to last, both included, to be computed by a worker.

    Without a merchant the days of every verified one. `by` is None when the portal itself asks. A
    run that waits for a worker and covers these days is the answer already.
    """
    team = merchant.team if merchant else None
    if by is not None:
        permissions.require(by, "report.run", team)
    if last_on < first_on:
        raise RunRefused(_("The last day is on or after the first."), field="last_on")
    if (last_on - first_on).days >= MOST_DAYS:
        raise RunRefused(_("At most %(days)s days at once.") % {"days": MOST_DAYS}, field="last_on")
    if last_on > clock.today():
        raise RunRefused(_("The last day is in the future."), field="last_on")
    if merchant and merchant.status != MerchantStatus.VERIFIED:
        raise RunRefused(_("Reports are computed once your company is verified."))
    lacking.require_none()
    _ask_one_at_a_time()
    waiting = Run.objects.filter(merchant=merchant, job__state=JobState.QUEUED)
    covering = waiting.filter(first_on__lte=first_on, last_on__gte=last_on).first()
    if covering:
        return covering
    run = Run.objects.create(
        first_on=first_on, last_on=last_on, merchant=merchant, code_version=code_version()
    )
    run.job = queue.enqueue("attribution.run", args={"run_id": run.pk}, team=team, by=by)
    run.save(update_fields=["job"])
    audit.record("report.run", run, by=by, team=team)
    return run


def request_stale() -> Run | None:
    """Ask for the current report days that miss events; None when there is nothing to ask for."""
    stale = ReportDay.objects.current().exclude(stale_at=None).order_by("on")
    stale = stale.filter(merchant__in=dimensions.published_merchants(None))
    return _request_days(list(stale.values_list("on", flat=True).distinct()))


def request_missing() -> Run | None:
    """Ask for recent days that have events and were never computed; None when there are none."""
    today = clock.today()
    recent = today - timedelta(days=MOST_DAYS - 1)
    computed = ReportDay.objects.current().filter(on__gte=recent).values_list("on", flat=True)
    with_events = {on for on in lake.days() if recent <= on <= today}
    if not dimensions.published_merchants(None):
        return None
    return _request_days(sorted(with_events - set(computed.distinct())))


@transaction.atomic
def _request_days(wanted: list[date]) -> Run | None:
    """Ask for `wanted`, in order, unless a run of the portal is open or failed a moment ago."""
    _ask_one_at_a_time()
    asked_for = Run.objects.filter(merchant=None, published_at=None)
    is_open = Q(job__in=Job.objects.open())
    is_recent = Q(job__created_at__gt=clock.now() - PAUSE_AFTER_FAILURE)
    if not wanted or asked_for.filter(is_open | is_recent).exists():
        return None
    first_on = max(wanted[0], wanted[-1] - timedelta(days=MOST_DAYS - 1))
    try:
        return request(first_on=first_on, last_on=wanted[-1], by=None)
    except lacking.LakeLacksBatches as lack:
        log.error("Nothing is computed: %s", lack.message)
        return None


def _ask_one_at_a_time() -> None:
    """Until this transaction ends nobody else asks, who would not see what is asked for here.

    The table is not locked: whoever publishes a run writes into it for minutes.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('asking for runs', 0))")


def work(claim: Claim, run: Run) -> None:
    """Compute the run's days group by group and publish them all in one transaction.

    A run that is published already is left alone: a worker may have died after publishing.
    """
    if run.published_at:
        return
    lacking.require_none()
    versions = days.Versions(
        lake.current_version("touchpoints"), lake.current_version("conversions")
    )
    merchants = dimensions.published_merchants(run.merchant)
    all_days = [run.first_on + timedelta(days=k) for k in range(_count(run))]
    with workspace.folder(f"run-{run.pk}") as work_dir:
        facts = waiting.Facts(work_dir)
        with facts.writing():
            _compute(claim, run, versions, merchants, work_dir=work_dir, facts=facts)
        publish.make_room(all_days)
        with claim.writing():
            Run.objects.filter(pk=run.pk).update(
                touchpoints_version=versions.touchpoints, conversions_version=versions.conversions
            )
            publish.publish(run, facts, merchants=merchants, days=all_days)
            late = Batch.objects.committed_after(
                touchpoints=versions.touchpoints, conversions=versions.conversions
            )
            staleness.mark_stale(late.select_related("source"))


def _compute(
    claim: Claim,
    run: Run,
    versions: days.Versions,
    merchants: list[int],
    *,
    work_dir: Path,
    facts: waiting.Facts,
) -> None:
    spans = days.groups(run.first_on, run.last_on, most_days=DAYS_PER_GROUP)
    known = dimensions.tables(merchants)
    for done, (first_on, last_on) in enumerate(spans):
        claim.progress(done, len(spans), words.period(first_on, last_on))
        found = days.compute(first_on, last_on, versions=versions, nouns=known, work_dir=work_dir)
        for table, rows in found:
            facts.add(table, rows)
    claim.progress(len(spans), len(spans))


def code_version() -> str:
    """Names the SQL that computes: a hash of all its files."""
    digest = hashlib.sha256()
    for queries in (EVENTS, lake.QUERIES, engine.QUERIES):
        for path in sorted(queries.folder.rglob("*.sql")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _count(run: Run) -> int:
    return (run.last_on - run.first_on).days + 1
