"""Runs: ask for report days to be computed, compute them, publish them in one step."""

import logging
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from merchants.companies.models import Merchant, MerchantStatus
from portal import clock
from portal.accounts import audit, permissions
from portal.accounts.models import User
from portal.jobs import queue
from portal.jobs.models import Job, JobState
from portal.jobs.registry import Claim
from portal.refusals import Refusal
from reports.attribution import (
    computing,
    dimensions,
    drafts,
    due,
    news,
    parts,
    publish,
    restatements,
    swap,
)
from reports.attribution.choices import MOST_DAYS
from reports.attribution.code import code_version
from reports.attribution.engines import Engine
from reports.attribution.models import Run
from reports.lake import tables as lake
from reports.sources import lacking

log = logging.getLogger(__name__)

PAUSE_AFTER_FAILURE = timedelta(minutes=15)


class RunRefused(Refusal):
    """These days cannot be computed."""


@transaction.atomic
def request(
    *,
    first_on: date,
    last_on: date,
    merchant: Merchant | None = None,
    by: User | None,
    engine: Engine | None = None,
) -> Run:
    """Ask for the report days from first to last, both included, to be computed by a worker.

    Without a merchant the days of every verified one. `by` is None when the portal itself asks. A
    run that waits for a worker and covers these days is the answer already. `engine` computes them,
    or else the one that is configured.
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
    engine = engine or Engine.configured()
    lacking.require_none_known()
    _ask_one_at_a_time()
    waiting = Run.objects.filter(
        merchant=merchant, only_due=False, engine=engine, job__state=JobState.QUEUED
    )
    covering = waiting.filter(first_on__lte=first_on, last_on__gte=last_on).first()
    return covering or _ask(first_on, last_on, engine, merchant=merchant, by=by)


@transaction.atomic
def request_due() -> Run | None:
    """Ask for the merchants' days that miss news or were never computed; None when there are none.

    Nothing is asked for while a run of the portal is open or failed a moment ago; a merchant's own
    run keeps nobody waiting.
    """
    _ask_one_at_a_time()
    asked_for = Run.objects.filter(merchant=None, published_at=None)
    is_open = Q(job__in=Job.objects.open())
    is_recent = Q(job__created_at__gt=clock.now() - PAUSE_AFTER_FAILURE)
    if asked_for.filter(is_open | is_recent).exists():
        return None
    wanted = sorted({on for _merchant, on in due.pairs(date.min, clock.today())})
    if not wanted:
        return None
    first_on = max(wanted[0], wanted[-1] - timedelta(days=MOST_DAYS - 1))
    try:
        lacking.require_none_known()
    except (lacking.LakeLacksBatches, lacking.LakeAway) as lack:
        log.error("Nothing is computed: %s", lack.message)
        return None
    return _ask(first_on, wanted[-1], Engine.configured(), only_due=True)


def _ask(
    first_on: date,
    last_on: date,
    engine: Engine,
    *,
    merchant: Merchant | None = None,
    by: User | None = None,
    only_due: bool = False,
) -> Run:
    team = merchant.team if merchant else None
    run = Run.objects.create(
        first_on=first_on, last_on=last_on, merchant=merchant, only_due=only_due,
        engine=engine, code_version=code_version(),
    )  # fmt: skip
    run.job = queue.enqueue("attribution.run", args={"run_id": run.pk}, team=team, by=by)
    run.save(update_fields=["job"])
    audit.record("report.run", run, by=by, team=team)
    return run


def _ask_one_at_a_time() -> None:
    """Until this transaction ends nobody else asks, who would not see what is asked for here.

    The table is not locked: whoever publishes a run writes into it for minutes.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('asking for runs', 0))")


def work(claim: Claim, run: Run) -> None:
    """Compute the run's days in parts, each into drafts, and show these day by day.

    A run that is published already is left alone: a worker may have died after publishing. What an
    attempt that was lost has computed is not computed again.
    """
    if run.published_at:
        return
    lacking.require_none()
    if run.code_version != code_version() or not run.parts.exclude(done_at=None).exists():
        _plan(claim, run)
    computing.all_parts(claim, run)
    swap.show(claim, run)
    with claim.writing():
        Run.objects.filter(pk=run.pk).update(published_at=clock.now())
        parts.forget([run])
        restatements.tell(run)


def _plan(claim: Claim, run: Run) -> None:
    # In this order: what is read contains every news that was seen.
    run.seen = news.seen()
    run.touchpoints_version = lake.current_version("touchpoints")
    run.conversions_version = lake.current_version("conversions")
    run.code_version = code_version()
    pairs = _pairs(run)
    publish.make_room({on for _merchant, on in pairs})
    with claim.writing():
        parts.forget([run])
        drafts.discard(run, run.first_on, run.last_on)
        run.save(
            update_fields=["seen", "touchpoints_version", "conversions_version", "code_version"]
        )
        parts.plan(run, pairs)


def _pairs(run: Run) -> set[due.Pair]:
    """The merchants' days that the run publishes."""
    if run.only_due:
        return due.pairs(run.first_on, run.last_on)
    merchants = dimensions.published_merchants(run.merchant)
    return {(m, on) for m in merchants for on in due.between(run.first_on, run.last_on)}
