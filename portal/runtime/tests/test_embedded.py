"""Commands of one checkout share its PostgreSQL, also when they begin at the same moment."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.runtime import embedded, places
from tests.awaiting import until

COMMAND = """
from portal.runtime.embedded import servers_for
with servers_for(["manage.py", "migrate"]):
    print("joined", flush=True)
"""


def test_who_comes_while_the_server_starts_joins_it_as_soon_as_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path))
    cluster = embedded.cluster()
    with embedded.ownership():
        env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        other = subprocess.Popen(
            [sys.executable, "-c", COMMAND], cwd=places.CHECKOUT, env=env, stdout=subprocess.PIPE
        )
        until(lambda: _is_used(tmp_path / "postgres.users"), otherwise=lambda: "No command joins.")
        cluster.start()
        # We still have the right to start it, as whoever waits for the others to end has.
        said, _ = other.communicate(timeout=60)
        cluster.remove()
    assert said == b"joined\n"


def _is_used(users: Path) -> bool:
    """Whether a command has joined."""
    with users.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
