"""What a batch costs when history grows (bench.history), and CPU seconds of the limited process for
files that grow: n rows and 2n, which may cost twice.

What late files make stale and have written again is told by `python -m bench late`, what facts take
on the disk by `python -m bench facts`.

Read, judged, compared with each other and written as parts, as in an intake; the limit is what a
merchant's file may take.
"""

import argparse
import os
import resource
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import history
from bench.alone import reader
from bench.measure import machine
from reports.events.child import CPU_SECONDS


def main(args: list[str]) -> int:
    """Print a line for each kind of file; exit 0."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from reports.tests import growing

    parser = argparse.ArgumentParser(prog="python -m bench growth")
    parser.add_argument("--rows", type=int, default=1_500_000)
    parser.add_argument("--earlier", type=int, default=5_000_000)
    parser.add_argument("--touchpoints", type=int, default=100_000)
    parser.add_argument("--once", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(args)
    if options.once:
        history.once(options.once)
        return 0
    history.compare(options.earlier, options.touchpoints)
    print("what late files make stale: python -m bench late; bytes of facts: python -m bench facts")
    rows = options.rows
    print(f"{rows:,} and {2 * rows:,} rows, limit {CPU_SECONDS} CPU s; {machine()}")
    for name in ("one_row", "distinct", "other_contents", "other_days", "bad_rows", "broken_rows"):
        once, twice = (_seconds(growing.FILES[name], count) for count in (rows, 2 * rows))
        print(f"{name:<16} {once:6.1f} s {twice:6.1f} s  {twice / once:4.1f} times", flush=True)
    return 0


def _seconds(write: Callable[[Path, int], None], rows: int) -> float:
    from reports.events.child import Before
    from reports.events.contract import BadFile

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "sent"
        write(path, rows)
        before = _used()
        try:
            with reader(path, folder) as child:
                child.read()
                child.compare(Before([], [], []))
        except BadFile as refused:
            print(f"  refused: {refused}")
        return _used() - before


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
