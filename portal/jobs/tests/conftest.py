"""A kind of work whose function a test brings along."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from portal.accounts.models import Team
from portal.jobs import queue
from portal.jobs.models import Job
from portal.jobs.registry import KINDS, Claim, job

Do = Callable[[Claim], None]


@pytest.fixture
def ask() -> Iterator[Callable[..., Job]]:
    """Ask for work that a test brings along: `ask(work)`, `ask(work, within=..., team=...)`."""

    def asking(
        do: Do = lambda claim: None,
        *,
        within: timedelta = timedelta(minutes=1),
        team: Team | None = None,
        keeps_trying: bool = False,
    ) -> Job:
        KINDS.pop("test.do", None)

        @job("test.do", label="Doing", within=within)
        def work(claim: Claim) -> None:
            do(claim)

        return queue.enqueue("test.do", args={}, team=team, keeps_trying=keeps_trying)

    yield asking
    KINDS.pop("test.do", None)
