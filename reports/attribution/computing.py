"""Computing the parts of a run: their facts to drafts, or beside those of other buckets."""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from portal import clock, words
from portal.jobs import queue, workspace
from portal.jobs.causes import Cause, PutBack
from portal.jobs.models import Job, JobState
from portal.jobs.registry import Claim
from portal.refusals import Refusal
from reports.attribution import buckets, days, dimensions, drafts, waiting
from reports.attribution.code import code_version
from reports.attribution.content import Contents
from reports.attribution.days import Rows
from reports.attribution.engines import Engine
from reports.attribution.models import Run
from reports.attribution.parts import Part, PartFacts

SECONDS_BETWEEN_LOOKS = 0.2


class PartFailed(Refusal):
    """A part of the run could not be computed; the sentence is its job's."""


class _PartGone(Exception):
    """The run was planned anew, or is over: nobody waits for this part."""


def all_parts(claim: Claim, run: Run) -> None:
    """Return when every part of the run is done and drafted, whoever did it. Raises PartFailed."""
    while left := list(run.parts.filter(done_at=None).select_related("job").order_by("pk")):
        _say(claim, run, len(left))
        _do_one(claim, run, left)
    _say(claim, run, 0)
    for part in run.parts.filter(bucket=0, buckets__gt=1).order_by("first_on"):
        _add_up(claim, part)


def work_on_part(claim: Claim, part_id: int) -> None:
    """The work of a part's own job."""
    found = Part.objects.select_related("run").filter(pk=part_id, done_at=None).first()
    # Where it was planned by another version of the code, the run's own job does it, or plans anew.
    if found and found.run.code_version == code_version():
        with _until_gone():
            compute(claim, found)


def compute(claim: Claim, part: Part) -> None:
    """Compute a part from its beginning. What an attempt before has left is dropped."""
    with _writing(claim, part):
        part.facts.all().delete()
        if part.users.is_all:
            drafts.discard(part.run, part.first_on, part.last_on)
    wanted = sorted({merchant for of_day in part.pairs().values() for merchant, _on in of_day})
    with workspace.folder(f"run-{part.run_id}") as work_dir:
        rows = days.compute(
            part.first_on, part.last_on, versions=part.versions,
            nouns=dimensions.tables(wanted), work_dir=work_dir,
            master=Engine(part.run.engine).master, bucket=part.users,
        )  # fmt: skip
        if part.users.is_all:
            _draft(claim, part, rows, work_dir)
        else:
            _keep(claim, part, rows)
    with _writing(claim, part):
        Part.objects.filter(pk=part.pk).update(done_at=clock.now())


def _say(claim: Claim, run: Run, left: int) -> None:
    of = run.parts.count()
    said = _("%(done)s of %(all)s parts are computed") % {"done": of - left, "all": of}
    claim.progress(of - left, of, said if of > 1 else words.period(run.first_on, run.last_on))


def _do_one(claim: Claim, run: Run, left: list[Part]) -> None:
    """Compute a part that nobody else does, or wait a moment for those who do."""
    for part in left:
        if part.job is None or part.job.state == JobState.DONE:
            part.run = run
            compute(claim, part)
            return
        if part.job.state == JobState.FAILED:
            raise PartFailed(part.job.error)
    of_these = Job.objects.filter(part__in=left)
    if free := of_these.free().order_by("pk").first():
        queue.run_now(free)
    elif of_these.running().exists():
        claim.beat()
        time.sleep(SECONDS_BETWEEN_LOOKS)
    elif put_back := of_these.filter(state=JobState.QUEUED).order_by("waits_until").first():
        # All wait for a disk or a database: whoever waits for them leaves his place to others.
        raise PutBack(Cause(put_back.cause or Cause.STOPPED))


def _draft(claim: Claim, part: Part, rows: Iterator[Rows], work_dir: Path) -> None:
    facts, contents = waiting.Facts(work_dir), Contents()
    with facts.writing():
        for table, batch in rows:
            facts.add(table, batch)
            contents.add(table, batch)
    # A transaction for each day: of very many merchants all days together take long, and their
    # rows much memory.
    for on, pairs in sorted(part.pairs().items()):
        with _writing(claim, part):
            drafts.write(part.run, facts.of(on), contents, pairs=pairs, seen=part.run.seen)
        claim.beat()


def _keep(claim: Claim, part: Part, rows: Iterator[Rows]) -> None:
    """In the database: whoever adds them up may be on another machine."""
    for table, batch in rows:
        with _writing(claim, part):
            PartFacts.objects.create(part=part, table=table, rows=as_parquet(batch))


def as_parquet(rows: pa.RecordBatch) -> bytes:
    """A file of these rows."""
    written = io.BytesIO()
    with pq.ParquetWriter(written, rows.schema, compression="zstd") as writer:
        writer.write_batch(rows)
    return written.getvalue()


def _add_up(claim: Claim, part: Part) -> None:
    """Draft the days of a part with the facts of all its buckets."""
    with _writing(claim, part):
        drafts.discard(part.run, part.first_on, part.last_on)
    with workspace.folder(f"run-{part.run_id}") as work_dir:
        files: dict[str, list[str]] = {}
        kept = PartFacts.objects.filter(part__run=part.run_id, part__first_on=part.first_on)
        for number, facts in enumerate(kept.order_by("pk").iterator(chunk_size=10)):
            path = work_dir / f"{number}.parquet"
            path.write_bytes(facts.rows)
            files.setdefault(facts.table, []).append(str(path))
        _draft(claim, part, buckets.summed(files, work_dir=work_dir), work_dir)


@contextmanager
def _writing(claim: Claim, part: Part) -> Iterator[None]:
    """A transaction for what belongs to a part. Raises _PartGone where it is not there any more."""
    with claim.writing():
        if not Part.objects.select_for_update(no_key=True).filter(pk=part.pk).exists():
            raise _PartGone
        yield


@contextmanager
def _until_gone() -> Iterator[None]:
    try:
        yield
    except _PartGone:
        return
