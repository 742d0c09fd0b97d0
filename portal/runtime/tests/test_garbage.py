"""A web process looks for garbage seldom, and never in what it had before its first request."""

import gc
import subprocess
import sys

import pytest

from portal.runtime.garbage import BETWEEN, BETWEEN_MIGRATIONS, looked_for_less
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


@pytest.mark.usefixtures("db")
def test_tests_on_a_database_look_for_it_as_often_as_the_site() -> None:
    assert gc.isenabled()
    assert gc.get_threshold()[0] == BETWEEN


def _half_way() -> None:
    with looked_for_less(between=BETWEEN_MIGRATIONS):
        raise ValueError(gc.get_threshold()[0])


def test_it_is_looked_for_as_often_as_before_when_something_fails_that_makes_much() -> None:
    before = gc.get_threshold()
    with pytest.raises(ValueError, match=f"^{BETWEEN_MIGRATIONS}$"):
        _half_way()
    assert gc.get_threshold() == before
