"""`make soak ARGS="--kills 5"`: kill -9 at random moments of ingest, run, publish and compaction.

Files that repeat, correct and take back what was said before are worked off by the site's own
worker. In each round one process is killed at a random moment of each of the four; `--kills` is
the number of rounds. The end is compared with what was sent,
row by row, and with the reference, fact by fact.
"""

import signal
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import InterfaceError, OperationalError, connection

from bench.soak import faults, tree
from bench.soak.story import Sending, Story

PATIENCE_SECONDS = 600
# Twice in a round: of touches, two files of three, so many are joined (lake.joining.FEWEST).
FILES_A_ROUND = 6
LOOK_SECONDS = 0.01
# A process that ended by itself before its signal is asked for again.
MOST_TRIES = 30


@dataclass(frozen=True)
class Phase:
    """What is worked at: how it is asked for, and whether a job that runs has come to it."""

    name: str
    ask: Callable[["Site"], Any]
    has_begun: Callable[[Any], bool]


@dataclass
class Site:
    """The running site, and what was sent to it."""

    stage: faults.Stage
    story: Story
    accepted: dict[int, int] = field(default_factory=dict)
    # How long each phase took when it ended by itself.
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    hits: list[str] = field(default_factory=list)

    def send(self) -> Any:
        """The next file, received as its sender insists; its job."""
        is_third = len(self.accepted) % 3 == 2
        make = self.story.file_of_conversions if is_third else self.story.file_of_touches
        sending = make()
        batch = insisted(lambda: _received(sending))
        self.accepted[batch.pk] = sending.accepted
        return batch.job

    def compute(self) -> Any:
        """A run over what has news; None when nothing has."""
        run = insisted(_due)
        return run and run.job

    def tend(self) -> Any:
        from portal.jobs import queue
        from reports.tasks import TEND

        return insisted(lambda: queue.enqueue(TEND, args={}))


def _received(sending: Sending) -> Any:
    from reports.sources import receiving
    from reports.sources.models import Source

    source = Source.objects.get(code=sending.source)
    return receiving.receive(source, path=sending.path, file_name=sending.path.name, by=None)


def _due() -> Any:
    """As beat asks every few minutes, which may have come first."""
    from portal.jobs.models import OPEN
    from reports.attribution import runs
    from reports.attribution.models import Run

    asked = Run.objects.filter(published_at=None, job__state__in=OPEN).first()
    return asked or runs.request_due()


def insisted(act: Callable[[], Any]) -> Any:
    """What the act gives once the database and the disk are there."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return act()
        except (OperationalError, InterfaceError, OSError):
            if time.monotonic() > end:
                raise
            connection.close()
            time.sleep(0.2)


def _is_running(job: Any) -> bool:
    return bool(job.state == "running")


def _computes(job: Any) -> bool:
    return _is_running(job) and job.progress_done < job.progress_total


def _publishes(job: Any) -> bool:
    return _is_running(job) and 0 < job.progress_total == job.progress_done


INGEST = Phase("ingest", Site.send, _is_running)
RUN = Phase("run", Site.compute, _computes)
PUBLISH = Phase("publish", Site.compute, _publishes)
COMPACTION = Phase("compaction", Site.tend, _is_running)
PHASES = (INGEST, RUN, PUBLISH, COMPACTION)


def run(
    stage: faults.Stage,
    folder: Path,
    rounds: int,
    *,
    harms: "Sequence[Harm] | None" = None,
    harmed: Sequence[Phase] = PHASES,
) -> int:
    """Print what was hit and how the site came back; exit status 0 when nothing is wrong.

    `harms` kill, or are what else is done to the phases that are `harmed`.
    """
    from bench.soak import truth

    site = Site(stage, Story(stage.rng, folder))
    site.story.begin()
    kinds = harms or [kill_process, kill_process, kill_process, kill_backend, kill_worker]
    for number in range(rounds + 1):
        # The first round harms nobody: it says how long things take.
        _round(site, kinds if number else [], harmed)
    _settle(site)
    wrong = truth.faults(site.story, site.accepted)
    print(
        f"{len(site.accepted)} files, {len(site.story.touches):,} touches of listed notes and"
        f" {len(site.story.others):,} others, {len(site.story.conversions):,} conversions"
    )
    hit = Counter(line.split()[0] for line in site.hits)
    print("hit: " + ", ".join(f"{phase.name} {hit[phase.name]}" for phase in harmed))
    print("; ".join(wrong) or "Nothing lost, nothing doubled, every fact as computed by hand.")
    return 1 if wrong else 0


def _round(site: Site, harms: "Sequence[Harm]", harmed: Sequence[Phase]) -> None:
    """Files, a run, files, the publishing of a run, and joining what was sent."""
    for phase in PHASES:
        _harmed(site, phase, harms if phase in harmed else [])
        if phase in (INGEST, RUN):
            _sent(site, FILES_A_ROUND)


def _sent(site: Site, files: int) -> None:
    for job in [site.send() for _ in range(files)]:
        _ended(job)


def _harmed(site: Site, phase: Phase, harms: "Sequence[Harm]") -> None:
    """Let the phase be worked at, and harm it once on the way; then all comes in."""
    for _ in range(MOST_TRIES if harms else 1):
        job = phase.ask(site)
        if job is None:
            # Nothing is due: something has to be.
            _sent(site, 1)
            continue
        began = _begun(site, phase, job)
        if began and harms:
            is_hit = _harm(site, phase, job, began, harms)
            _ended(job)
            if is_hit:
                return
        else:
            _ended(job)
            site.seconds[phase.name].append(time.monotonic() - began)
        if phase is COMPACTION:
            _sent(site, FILES_A_ROUND)
    if harms:
        raise AssertionError(f"No moment of {phase.name} was hit.")


def _begun(site: Site, phase: Phase, job: Any) -> float:
    """When a worker has come to the phase; 0 when it was over before that was seen."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        now = insisted(lambda: as_it_is(job))
        if phase.has_begun(now):
            return time.monotonic()
        if now.state in ("done", "failed"):
            return 0
        time.sleep(LOOK_SECONDS)
    raise AssertionError(f"{phase.name} does not begin: {job}")


def _harm(site: Site, phase: Phase, job: Any, began: float, harms: "Sequence[Harm]") -> bool:
    """Whether the job was at the phase when it was harmed, at a random moment of it."""
    rng = site.stage.rng
    usual = min(site.seconds[phase.name])
    time.sleep(rng.uniform(0, usual))
    before = insisted(lambda: as_it_is(job))
    at = time.monotonic() - began
    if not phase.has_begun(before):
        return False
    harm = rng.choice(harms)
    victim = harm(site, job)
    since = time.monotonic()
    after = insisted(lambda: as_it_is(job))
    if not victim or after.state == "done":
        return False
    _ended(job)
    line = f"{phase.name:<11} {victim:<18} {at:6.2f} s of about {usual:5.2f} s"
    site.hits.append(line)
    print(f"{line}, done {time.monotonic() - since:5.1f} s later", flush=True)
    return True


def _ended(job: Any) -> None:
    """Wait for the end of the job, which has to be a good one."""
    end = time.monotonic() + PATIENCE_SECONDS
    while (now := insisted(lambda: as_it_is(job))).state in ("queued", "running"):
        if time.monotonic() > end:
            raise AssertionError(f"{now} does not end: {now.state} {now.cause} {now.progress_text}")
        time.sleep(0.05)
    if now.state != "done":
        raise AssertionError(f"{now} ended badly: {now.error} {now.cause}")


def as_it_is(job: Any) -> Any:
    """The row of the job now."""
    from portal.jobs.models import Job

    return Job.objects.get(pk=job.pk)


def _settle(site: Site) -> None:
    """Compute what still has news, and tend the lake a last time."""
    while job := site.compute():
        _ended(job)
    _ended(site.tend())


Harm = Callable[[Site, Any], str]


def kill_process(site: Site, job: Any) -> str:
    """The process of the pool that is at work, or the one that reads a file for it."""
    pool = faults.pool(site.stage.root)
    readers = tree.named(site.stage.root, faults.CHILD)
    if readers and site.stage.rng.random() < 0.5:
        return "reader" if tree.send(readers[0], signal.SIGKILL) else ""
    busy = _busiest(pool)
    return "process of the job" if busy and tree.send(busy, signal.SIGKILL) else ""


def kill_worker(site: Site, job: Any) -> str:
    return "worker" if faults.kill_worker(site.stage) else ""


def kill_backend(site: Site, job: Any) -> str:
    """The process of PostgreSQL that serves the job: by its signal to end, or by -9, after which
    PostgreSQL ends all others, too."""
    number = site.stage.rng.choice((signal.SIGTERM, signal.SIGKILL))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            " ORDER BY state <> 'idle' DESC, state_change DESC LIMIT 1"
        )
        found = cursor.fetchone()
    if not found or not tree.send(found[0], number):
        return ""
    return f"backend by {number.value}"


def _busiest(pool: list[int]) -> int | None:
    """The one that computed most within a moment, its children included; any when all are idle."""

    def used() -> dict[int, float]:
        return {
            pid: tree.cpu_seconds(pid) + sum(map(tree.cpu_seconds, tree.children(pid)))
            for pid in pool
        }

    before = used()
    time.sleep(0.02)
    after = used()
    with_children = {pid: bool(tree.children(pid)) for pid in pool}
    return max(pool, key=lambda p: (with_children[p], after[p] - before[p], after[p]), default=None)
