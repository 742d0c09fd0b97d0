"""Hostile worlds and the real data: whether Spark gives the numbers that DuckDB gives."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.measure import machine
from bench.soak import site

AT_ONCE = 200


def run(count: int, first: int) -> int:
    """Compare bare files and, for every window, report days; exit status 0 when they are equal."""
    site.speak_to_it()
    from django.conf import settings

    from reports.attribution.tests import cluster, in_both

    if not cluster.is_there():
        print(f"Spark or its Java is not here: {cluster.WANTED}")
        return 2
    from reports.attribution import spark

    print(f"{count} worlds from seed {first} on; {machine()}", flush=True)
    real, wrong = settings.BASE_DIR.parent / "shared" / "data", 0
    with tempfile.TemporaryDirectory(prefix="notelink-engines-") as name:
        folder = Path(name)
        with cluster.running(folder / "spark", is_short=False) as master, spark.running(master):
            settings.ATTRIBUTION_ENGINE = master
            for start in range(first, first + count, AT_ONCE):
                seeds = range(start, min(start + AT_ONCE, first + count))
                here = folder / str(start)
                inputs = in_both.inputs(seeds, real, here / "in")
                files = [in_both.of_files(inputs, here / e, e) for e in ("duckdb", "spark")]
                settings.LAKE_URL = str(here / "lake")
                lake = in_both.a_lake(seeds)
                days = [in_both.of_days(lake, here, at) for at in (None, master)]
                told = f"files {_equal(files)}, report days {_equal(days)}"
                wrong += files[0] != files[1] or days[0] != days[1]
                print(f"seeds {seeds.start} to {seeds.stop - 1}: {told}", flush=True)
    return 1 if wrong else 0


def _equal(found: Sequence[object]) -> str:
    return "equal" if found[0] == found[1] else "DIFFER"
