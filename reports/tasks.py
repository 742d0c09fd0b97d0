"""The kinds of jobs of this app and its beat; each only finds its row and calls the verb."""

from collections.abc import Callable
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.jobs.registry import Claim, job, scheduled
from reports.attribution.models import Run
from reports.attribution.parts import KIND as PART
from reports.sources.models import Batch, BatchState

TEND = "lake.tend"
DELAYS = "reports.delays"
PAST = "reports.past"


def _give_batch_up(error: str, *, refused: bool, batch_id: int) -> bool:
    """The batch failed, unless the lake has it: then it is in. Only a refused file is deleted."""
    from reports.sources import intake, receiving

    batch = Batch.objects.select_related("source").get(pk=batch_id)
    if intake.settle_committed(batch):
        return True
    Batch.objects.filter(pk=batch_id).update(state=BatchState.FAILED, error=error)
    if refused:
        receiving.inbox_path(batch).unlink(missing_ok=True)
    return False


@job(
    "ingest.take_in",
    label=_("Taking in a file"),
    within=timedelta(minutes=20),
    failed=_give_batch_up,
)
def take_in(claim: Claim, *, batch_id: int) -> None:
    from reports.attribution import runs
    from reports.sources import intake

    batch = Batch.objects.select_related("source", "merchant").get(pk=batch_id)
    intake.take_in(claim, batch)
    if batch.uploaded_by_id:  # Somebody waits for the report to change.
        runs.request_due()


@scheduled("reports.ingest_clicks", every=timedelta(minutes=1))
def ingest_clicks() -> None:
    from reports.sources.clicks import receive_due

    receive_due()


@scheduled("reports.tend_lake", every=timedelta(hours=1))
def tend_lake() -> None:
    """Ask for the lake to be looked after, unless that waits or runs."""
    from portal.jobs.models import Job
    from portal.jobs.queue import enqueue

    if not Job.objects.open().filter(kind=TEND).exists():
        enqueue(TEND, args={})


@job(TEND, label=_("Looking after the event lake"), within=timedelta(hours=3))
def tend(claim: Claim) -> None:
    """Bring the index up and join small files; see reports.lake.tending."""
    from portal.jobs import workspace
    from reports.lake import tending

    with workspace.folder("lake") as work:
        tending.tend(work=work, beat=claim.beat)


@scheduled("reports.sweep", every=timedelta(days=1))
def sweep() -> None:
    """Delete what lost attempts left in the lake and in their work folders, and other files that
    no row owns, and who was told of what is over. Thin the old copies of report days, and sum up
    those that have no sums. What cannot be done, as while a bucket is away, keeps nothing else."""
    from portal.jobs import workspace
    from portal.uploads import keeping
    from reports.attribution import day_sums, drafts
    from reports.attribution.models import ReportDay
    from reports.lake import index, storage
    from reports.lake import tables as lake
    from reports.sources import overdue

    _one_by_one(
        workspace.sweep,
        lake.sweep,
        storage.sweep,
        index.sweep,
        keeping.sweep,
        drafts.thin,
        overdue.sweep,
        lambda: day_sums.fill(ReportDay.objects.all()),
    )


def _one_by_one(*acts: Callable[[], object]) -> None:
    """Do all `acts`, whatever becomes of each; at the end raise what they raised."""
    failed = []
    for act in acts:
        try:
            act()
        except Exception as error:
            failed.append(error)
    if failed:
        raise ExceptionGroup("Not everything could be swept.", failed)


@job("attribution.run", label=_("Computing report days"), within=timedelta(hours=3))
def attribution_run(claim: Claim, *, run_id: int) -> None:
    from reports.attribution import runs

    runs.work(claim, Run.objects.select_related("merchant").get(pk=run_id))


@job(PART, label=_("Computing a part of report days"), within=timedelta(hours=3))
def attribution_part(claim: Claim, *, part_id: int) -> None:
    from reports.attribution import computing

    computing.work_on_part(claim, part_id)


@job("reports.tally", label=_("Looking up stores and notes"), within=timedelta(minutes=30))
def tally_days(claim: Claim) -> None:
    from reports.attribution import tally

    tally.tally(claim)


@scheduled("reports.tally_due", every=timedelta(minutes=10))
def tally_due() -> None:
    """Look up the ids that arrived, one job at a time; let go those that found their place."""
    from portal.jobs.models import Job
    from portal.jobs.queue import enqueue
    from reports.attribution import tally

    tally.let_go_what_is_placed()
    tally.mark_new_days()
    if tally.is_due() and not Job.objects.open().filter(kind="reports.tally").exists():
        enqueue("reports.tally", args={}, team=None, by=None)


@scheduled("reports.tell_overdue", every=timedelta(minutes=5))
def tell_overdue() -> None:
    """Tell the platform and the merchants concerned what is overdue, and what of that has come."""
    from reports.sources import overdue

    overdue.tell()


@scheduled("reports.count_delays", every=timedelta(hours=1))
def count_delays() -> None:
    """Ask for the delay curves of today, unless they are there or being counted."""
    from portal.jobs.models import Job
    from portal.jobs.queue import enqueue
    from reports.answers import delay_counting

    if not delay_counting.is_known() and not Job.objects.open().filter(kind=DELAYS).exists():
        enqueue(DELAYS, args={})


@job(DELAYS, label=_("Counting how long orders take"), within=timedelta(hours=3))
def delays(claim: Claim) -> None:
    """Count the delay curves of today; see reports.answers.delay_counting."""
    from reports.answers import delay_counting

    delay_counting.compute(lambda done, of: claim.progress(done, of, ""))


@scheduled("reports.count_past", every=timedelta(hours=1))
def count_past() -> None:
    """Ask for what boosts brought to be counted, unless that waits or runs."""
    from portal.jobs.models import Job
    from portal.jobs.queue import enqueue

    if not Job.objects.open().filter(kind=PAST).exists():
        enqueue(PAST, args={})


@job(PAST, label=_("Counting what boosts brought"), within=timedelta(hours=1))
def past(claim: Claim) -> None:
    """Count what boosts of each category brought; see reports.answers.past_counting."""
    from reports.answers import past_counting

    past_counting.compute(claim.beat)


@scheduled("reports.request_due", every=timedelta(minutes=5))
def request_due() -> None:
    """Compute the report days that miss news or were never computed; sum up those of the last day
    that have no sums; delete facts that nobody shows any more."""
    from reports.attribution import day_sums, drafts, parts, runs, staleness
    from reports.attribution.models import ReportDay
    from reports.sources import closing, concerned

    concerned.look()
    staleness.trace_older()
    closing.count_again()
    runs.request_due()
    parts.sweep()
    drafts.sweep()
    day_sums.fill(ReportDay.objects.published_since(clock.now() - timedelta(days=1)))
