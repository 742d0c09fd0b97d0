"""A web process looks for garbage seldom, and never in what it had before its first request."""

import subprocess
import sys

from portal.runtime.garbage import BETWEEN
from portal.runtime.places import CHECKOUT

READY = """
import gc
from types import SimpleNamespace
from portal.runtime import web
web.when_ready(SimpleNamespace())
print(gc.get_threshold()[0], gc.get_freeze_count() > 10_000, len(gc.get_objects()) < 1_000)
"""


def test_what_is_loaded_is_left_alone_before_workers_begin() -> None:
    done = subprocess.run(
        [sys.executable, "-c", READY], cwd=CHECKOUT, check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == [str(BETWEEN), "True", "True"]
