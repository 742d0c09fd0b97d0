"""A job's folder goes with the job; what a killed worker left goes after a day."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from portal.jobs import workspace


@pytest.fixture(autouse=True)
def _own_var(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


def test_a_folder_is_gone_when_its_work_ends() -> None:
    with workspace.folder("run-7") as folder:
        (folder / "spill").mkdir()
        assert folder.name.startswith("run-7.")
    assert not folder.exists()


def test_only_folders_that_rested_for_a_day_are_swept() -> None:
    with workspace.folder("run-7") as at_work, workspace.folder("run-8") as left:
        (left / "spill").mkdir()
        yesterday = time.time() - workspace.LEFT_SECONDS - 1
        os.utime(left, (yesterday, yesterday))
        assert workspace.sweep() == 0, "something was made below it a moment ago"
        os.utime(left / "spill", (yesterday, yesterday))
        assert workspace.sweep() == 1
        assert at_work.exists()
        assert not left.exists()
