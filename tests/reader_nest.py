"""Processes for hostile files that need not start from nothing: `python -m tests.reader_nest FD`.

This one has imported what the reader of files imports, and nothing else. For each message at the
socket FD it forks a process that becomes the reader as `python -m reports.events.child` would: of
the same limits, environment and folder, at the same pipes. A keeper between the two hears how it
ended. All end with the process that asks (`tests/readers.py`).
"""

import json
import os
import signal
import socket
import sys
import tempfile
from typing import NoReturn

import duckdb  # noqa: F401
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet  # noqa: F401

from portal.confined import die_with_parent
from reports.events import (
    child,
    merge,  # noqa: F401
    naming,  # noqa: F401
    own_clicks,  # noqa: F401
    parts,  # noqa: F401
    quarantine,  # noqa: F401
    reader,  # noqa: F401
    stamp,  # noqa: F401
)

# Standard input, output and errors of the reader, and where its keeper says how it ended.
PIPES = 4
MOST_BYTES = 1 << 16


def main() -> None:
    """Fork a reader for each message until nobody can send one any more."""
    # Keepers are waited for by nobody.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    nest = os.getpid()
    with socket.socket(fileno=int(sys.argv[1])) as door:
        while True:
            asked, pipes, *_ = socket.recv_fds(door, MOST_BYTES, PIPES)
            if not asked:
                return
            if not os.fork():
                door.close()
                _keep(json.loads(asked), pipes, nest)
            for pipe in pipes:
                os.close(pipe)


def _keep(asked: dict[str, str], pipes: list[int], nest: int) -> NoReturn:
    """Say by which handle the reader can be killed, then how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    die_with_parent(signal.SIGKILL, nest)
    *own, report = pipes
    pid = os.fork()
    if not pid:
        os.close(report)
        _become_reader(asked, own)
    for pipe in own:
        os.close(pipe)
    with socket.socket(fileno=report) as said:
        socket.send_fds(said, [str(pid).encode()], [os.pidfd_open(pid)])
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        said.send(str(code).encode())
    os._exit(0)


def _become_reader(asked: dict[str, str], own: list[int]) -> NoReturn:
    for number, pipe in enumerate(own):
        os.dup2(pipe, number)
        os.close(pipe)
    os.environ.clear()
    os.environ.update(json.loads(asked["environment"]))
    tempfile.tempdir = None
    os.chdir(asked["folder"])
    sys.argv = ["reports.events.child", asked["seconds"]]
    code = 0
    try:
        child.main()
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
