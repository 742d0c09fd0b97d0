"""A reader that is forked from a warm process is confined as one that starts from nothing."""

import signal
from pathlib import Path
from typing import Any

import pytest

from reports.events.child import ADDRESS_SPACE_BYTES, CPU_SECONDS
from reports.sources import sandbox
from reports.tests.sending import HEAD, ROW, Send, counts

pytestmark = pytest.mark.django_db
LIMITED = {
    "Max address space": str(ADDRESS_SPACE_BYTES),
    "Max core file size": "0",
    "Max cpu time": str(CPU_SECONDS),
}


@pytest.fixture(params=["forked", "started"])
def readers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The processes that have read, each looked at when it has."""
    if request.param == "started":
        request.getfixturevalue("readers_of_their_own")
    seen: list[Any] = []
    read = sandbox.Sandbox.read

    def looked_at(child: sandbox.Sandbox) -> Any:
        done = read(child)
        here = Path(f"/proc/{child._child.pid}")
        lines = (here / "limits").read_text().splitlines()
        limits = {name: line.split()[-3] for line in lines for name in LIMITED if name in line}
        seen.append((child, limits, (here / "cwd").resolve(), child._task.folder))
        return done

    monkeypatch.setattr(sandbox.Sandbox, "read", looked_at)
    return seen


def test_each_file_has_a_process_of_its_own_with_the_limits_in_its_own_folder(
    send: Send, readers: list[Any]
) -> None:
    for event in ("t1", "t2"):
        assert counts(send(HEAD + ROW.replace("t1", event))) == (1, 1, 0, 0)
    first, second = readers
    assert first[0]._child.pid != second[0]._child.pid
    for child, limits, cwd, folder in readers:
        assert (limits, str(cwd)) == (LIMITED, folder)
        assert child._child.wait() == -signal.SIGKILL
        assert not Path(f"/proc/{child._child.pid}").exists()
