"""What has no room on the disk is the disk's fault, and not that of the file."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from portal.jobs import causes
from portal.runtime import places
from reports.events import child
from reports.events.queries import SPILL_LIMIT

SMALL_DISK = 'mount -t tmpfs -o size=4M small "$1" && exec "$2" -c "$3" "$1"'
# More than memory and the small disk can hold.
SPILL = """
import sys
from pathlib import Path
import duckdb
from portal import room
from reports.events import child
from reports.events.queries import spill_to
with duckdb.connect(config={{"memory_limit": "30MB"}}) as con:
    room.LEAST_FREE_MB = {kept_mb}
    spill_to(con, Path(sys.argv[1], "spill"))
    try:
        con.execute("CREATE TABLE t AS SELECT md5(i::VARCHAR) AS v FROM range(2000000) AS r(i)")
    except Exception as error:
        print(child.asks_too_much(error))
        raise
"""
OWN_MOUNTS = ["unshare", "-rm"]


def may_mount() -> bool:
    try:
        return subprocess.run([*OWN_MOUNTS, "true"], capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not may_mount(), reason="This machine lets nobody mount a disk of his own.")
@pytest.mark.parametrize(("kept_mb", "is_kept"), [(2, True), (-1000, False)])
def test_a_file_has_no_room_before_the_disk_is_full_and_when_it_is(
    kept_mb: int, is_kept: bool, tmp_path: Path
) -> None:
    """The last is what others may do to the disk meanwhile."""
    command = [*OWN_MOUNTS, "sh", "-c", SMALL_DISK, "sh", str(tmp_path), sys.executable]
    command.append(SPILL.format(kept_mb=kept_mb))
    done = subprocess.run(command, cwd=places.CHECKOUT, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert causes.of(RuntimeError(done.stderr)) is causes.Cause.DISK, done.stderr
    assert (SPILL_LIMIT in done.stderr) == is_kept
    assert done.stdout.strip() == "False"


def test_a_file_that_asks_for_too_much_memory_is_to_blame() -> None:
    with (
        duckdb.connect(config={"memory_limit": "10MB", "temp_directory": ""}) as con,
        pytest.raises(duckdb.OutOfMemoryException) as asked,
    ):
        con.execute("CREATE TABLE t AS SELECT md5(i::VARCHAR) FROM range(2000000) AS r(i)")
    assert child.asks_too_much(asked.value)
