"""What beat wakes, and how often: said beside each task, collected for beat."""

import inspect
import os
import re
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from portal.celery import app
from portal.jobs.registry import KINDS, SCHEDULE, scheduled
from portal.runtime import places
from portal.runtime.processes import spawn

EVERY = {
    "jobs.sweep": timedelta(seconds=10),
    "jobs.sweep_cache": timedelta(minutes=10),
    "webhooks.look": timedelta(seconds=10),
    "webhooks.sweep": timedelta(days=1),
    "notices.mail_again": timedelta(hours=1),
    "merchants.forget_changes": timedelta(hours=1),
    "campaigns.tick": timedelta(minutes=1),
    "campaigns.settle": timedelta(minutes=1),
    "campaigns.rounds": timedelta(minutes=5),
    "campaigns.fairness": timedelta(hours=1),
    "campaigns.close_months": timedelta(minutes=10),
    "campaigns.ask_to_reconcile": timedelta(hours=1),
    "campaigns.close_due": timedelta(minutes=1),
    "campaigns.take_off": timedelta(minutes=5),
    "campaigns.give": timedelta(minutes=1),
    "campaigns.idle": timedelta(minutes=10),
    "campaigns.tell_refused": timedelta(minutes=10),
    "campaigns.let_go": timedelta(minutes=10),
    "reports.ingest_clicks": timedelta(minutes=1),
    "reports.count_delays": timedelta(hours=1),
    "reports.count_past": timedelta(hours=1),
    "reports.tally_due": timedelta(minutes=10),
    "reports.request_due": timedelta(minutes=5),
    "reports.sweep": timedelta(days=1),
    "reports.tell_overdue": timedelta(minutes=5),
    "reports.tend_lake": timedelta(hours=1),
}


def test_each_task_says_how_often_it_is_woken() -> None:
    assert SCHEDULE == EVERY


def test_beat_has_what_is_scheduled_and_nothing_else() -> None:
    app.finalize()
    told = {
        entry["task"]: (entry["schedule"], entry["options"]["expires"])
        for entry in app.conf.beat_schedule.values()
    }
    seconds = {task: every.total_seconds() for task, every in EVERY.items()}
    assert told == {task: (every, every) for task, every in seconds.items()}


def test_what_is_scheduled_is_a_task_that_takes_nothing_and_no_kind_of_job() -> None:
    assert SCHEDULE.keys() <= app.tasks.keys()
    assert not SCHEDULE.keys() & KINDS.keys()
    for task in SCHEDULE:
        assert not inspect.signature(app.tasks[task].run).parameters


def test_a_task_is_scheduled_once() -> None:
    with pytest.raises(ValueError, match=r"jobs\.sweep"):
        scheduled("jobs.sweep", every=timedelta(seconds=1))(lambda: None)
    assert SCHEDULE["jobs.sweep"] == timedelta(seconds=10)


def test_the_process_of_beat_knows_the_schedule(broker: str, tmp_path: Path) -> None:
    log = tmp_path / "beat.log"
    command = [sys.executable, "-m", "celery", "-A", "portal", "beat", "-l", "debug"]
    command += ["-s", str(tmp_path / "beat"), "--pidfile="]
    with log.open("wb") as output:
        beat = spawn(
            command,
            on_parent_death=signal.SIGKILL,
            output=output,
            cwd=places.CHECKOUT,
            env=dict(os.environ),
        )
    try:
        own = [task for task in _entries(beat, log) if not task.startswith("celery.")]
        assert sorted(own) == sorted(EVERY)
    finally:
        os.killpg(beat.pid, signal.SIGKILL)
        beat.wait()


def _entries(beat: "subprocess.Popen[bytes]", log: Path) -> list[str]:
    """The tasks of the schedule that the process prints when it starts."""
    for _ in range(1500):
        told = log.read_text("utf-8")
        if "Ticking" in told:
            return re.findall(r"<ScheduleEntry: (\S+)", told)
        try:
            beat.wait(0.02)
        except subprocess.TimeoutExpired:
            continue
        break
    raise AssertionError(f"beat did not start:\n{log.read_text('utf-8')}")
