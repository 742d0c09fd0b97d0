"""Thousands of hostile worlds: every row of credit and every fact against the slow reference."""

import tempfile
from pathlib import Path

from bench.measure import machine
from bench.soak import site

AT_ONCE = 200
DAYS_AT_ONCE = (7, 17, 90)


def run(count: int, first: int) -> int:
    """Compare worlds in files and in the lake; exit status 0 when no row differs."""
    site.speak_to_it()
    from django.conf import settings

    from reports.attribution.choices import WINDOWS
    from reports.attribution.tests import in_files, in_the_lake

    print(f"{count} worlds from seed {first} on; {machine()}", flush=True)
    wrong = 0
    for step, start in enumerate(range(first, first + count, AT_ONCE)):
        seeds = range(start, min(start + AT_ONCE, first + count))
        with tempfile.TemporaryDirectory(prefix="notelink-worlds-") as folder:
            settings.LAKE_URL = str(Path(folder) / "lake")
            differing = in_files.differences(
                seeds, work_dir=Path(folder), window_days=WINDOWS[step % len(WINDOWS)]
            )
            differing += in_the_lake.differences(
                seeds, work_dir=Path(folder), days_at_once=DAYS_AT_ONCE[step % len(DAYS_AT_ONCE)]
            )
        wrong += len(differing)
        told = "; ".join(differing[:3])
        print(
            f"seeds {seeds.start} to {seeds.stop - 1}: {len(differing)} differ. {told}", flush=True
        )
    return 1 if wrong else 0
