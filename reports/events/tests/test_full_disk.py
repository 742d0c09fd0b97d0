"""What has no room on the disk is the disk's fault, and not that of the file."""

import subprocess
import sys
from pathlib import Path

import pytest

from portal.jobs import causes
from portal.runtime import places

SMALL_DISK = 'mount -t tmpfs -o size=4M small "$1" && exec "$2" -c "$3" "$1"'
# More than memory and the small disk can hold.
SPILL = """
import sys
from pathlib import Path
import duckdb
from reports.events.queries import spill_to
with duckdb.connect(config={"memory_limit": "30MB"}) as con:
    spill_to(con, Path(sys.argv[1], "spill"))
    con.execute("CREATE TABLE t AS SELECT md5(i::VARCHAR) AS v FROM range(2000000) AS r(i)")
"""
OWN_MOUNTS = ["unshare", "-rm"]


def may_mount() -> bool:
    try:
        return subprocess.run([*OWN_MOUNTS, "true"], capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not may_mount(), reason="This machine lets nobody mount a disk of his own.")
def test_a_full_disk_says_so(tmp_path: Path) -> None:
    command = [*OWN_MOUNTS, "sh", "-c", SMALL_DISK, "sh", str(tmp_path), sys.executable, SPILL]
    done = subprocess.run(command, cwd=places.CHECKOUT, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert causes.of(RuntimeError(done.stderr)) is causes.Cause.DISK, done.stderr
