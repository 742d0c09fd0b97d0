"""The command that shows the platform which work has trouble."""

import errno
import json
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from portal.jobs import queue
from portal.jobs.models import Job
from portal.jobs.registry import Claim

pytestmark = pytest.mark.django_db


def fill_up(claim: Claim) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_work_without_trouble_is_not_shown(ask: Callable[..., Job]) -> None:
    ask()
    out = StringIO()
    call_command("jobs", "--json", stdout=out)
    assert json.loads(out.getvalue()) == []


def test_trouble_is_shown_with_its_cause_and_the_next_try(ask: Callable[..., Job]) -> None:
    waiting = queue.run_now(ask(fill_up, keeps_trying=True))
    out = StringIO()
    with pytest.raises(CommandError, match="1 jobs have trouble"):
        call_command("jobs", "--json", stdout=out)
    (told,) = json.loads(out.getvalue())
    assert (told["job"], told["cause"], told["attempts"], told["setbacks"]) == (
        waiting.pk, "disk", 0, 1,
    )  # fmt: skip
    assert told["keeps_trying"]
    assert told["next_try_at"] == (waiting.waits_until and waiting.waits_until.isoformat())
