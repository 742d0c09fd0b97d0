"""Beat sends what it sends although somebody sets the clock."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery.beat import PersistentScheduler

from portal.celery import app
from portal.jobs import beating
from portal.jobs.registry import SCHEDULE

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Beat:
    """A scheduler with its file, and what it has sent; it sends by no broker."""

    def __init__(
        self, file: Path, monkeypatch: pytest.MonkeyPatch, kind: type[PersistentScheduler]
    ) -> None:
        self.sent: list[str] = []
        self._patch = monkeypatch
        self._is(NOON)
        self._scheduler = kind(app, schedule_filename=str(file))
        monkeypatch.setattr(
            self._scheduler, "apply_entry", lambda entry, **_: self.sent.append(entry.task)
        )

    def at(self, moment: datetime) -> list[str]:
        """What of ours it sends when it wakes then."""
        self._is(moment)
        self.sent.clear()
        while self._scheduler.tick() == 0:
            pass
        return sorted(task for task in self.sent if not task.startswith("celery."))

    def close(self) -> None:
        self._scheduler.close()

    def _is(self, moment: datetime) -> None:
        self._patch.setattr(app, "now", lambda: moment)


# What comes at least as often as the sweep of jobs.
OFTEN = ["jobs.sweep", "webhooks.look"]


@pytest.fixture(autouse=True)
def whole_schedule() -> None:
    app.finalize()


@pytest.mark.parametrize(("kind", "sent"), [(beating.Scheduler, OFTEN), (PersistentScheduler, [])])
def test_a_clock_set_back_silences_nothing_and_celerys_own_would_be_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Any], sent: list[str]
) -> None:
    beat = Beat(tmp_path / "beat", monkeypatch, kind)
    assert beat.at(NOON + timedelta(days=1)) == sorted(SCHEDULE)
    back = NOON + timedelta(days=1) - HOUR
    assert beat.at(back) == []
    assert beat.at(back + SCHEDULE["jobs.sweep"]) == sent
    beat.close()


def test_a_beat_that_starts_after_the_clock_was_set_back_is_not_silent_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Beat(tmp_path / "beat", monkeypatch, beating.Scheduler)
    before.at(NOON + HOUR)
    before.close()
    beat = Beat(tmp_path / "beat", monkeypatch, beating.Scheduler)
    beat.at(NOON)
    assert beat.at(NOON + SCHEDULE["jobs.sweep"]) == OFTEN
    beat.close()


def test_a_clock_set_ahead_sends_each_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beat = Beat(tmp_path / "beat", monkeypatch, beating.Scheduler)
    assert beat.at(NOON + timedelta(days=2)) == sorted(SCHEDULE)
    beat.close()


def test_the_portals_beat_is_this_one() -> None:
    assert app.conf.beat_scheduler == f"{beating.__name__}:{beating.Scheduler.__name__}"
