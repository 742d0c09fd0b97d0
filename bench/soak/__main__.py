"""`python -m bench.soak [--seconds 600] [--seed N]`: break the site and see that nothing is lost.

Batches and clicks are sent; while they are on their way a process is killed or stopped, or the disk
is filled. Then everything has to come in: the seconds from the end of the cause are printed. At the
end nothing may be lost or doubled, and no slot held by a job that is another worker's.
"""

import argparse
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench.measure import machine
from bench.soak import faults, site
from bench.soak.sending import Sent

AIM_SECONDS = 30


def main(arguments: list[str]) -> int:
    """Exit status: 0 when nothing was lost, doubled or held."""
    parser = argparse.ArgumentParser(prog="make soak")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args(arguments)
    site.with_own_mounts("bench.soak", [*arguments, "--seed", str(options.seed)])
    print(f"seed {options.seed}, {options.seconds} s; {machine()}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="notelink-soak-"))
    try:
        with site.running(folder) as (root, disk):
            _use(folder)
            if disk is None:
                print("No small disk can be mounted here: it is not filled.", flush=True)
            return _soak(faults.Stage(root, disk, random.Random(options.seed)), folder, options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _use(folder: Path) -> None:
    """Speak to the site's own database and broker."""
    from portal.runtime import embedded, environment

    environment.fill_for_this_machine()
    os.environ["DATABASE_URL"] = embedded.cluster().url
    os.environ["CELERY_BROKER_URL"] = embedded.valkey().url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()


def _soak(stage: faults.Stage, folder: Path, options: argparse.Namespace) -> int:
    from bench.soak import checks

    sent, end = Sent(), time.monotonic() + options.seconds
    recovered: list[float] = []
    checks.seconds_until_done(sent)
    while time.monotonic() < end:
        for fault in stage.rng.sample(faults.ALL, len(faults.ALL)):
            if time.monotonic() >= end:
                break
            for _ in range(4):
                sent.batch(folder)
                sent.click()
            time.sleep(stage.rng.uniform(0, 2))
            if fault(stage):
                recovered.append(checks.seconds_until_done(sent))
                print(f"{fault.__name__:<22} all in after {recovered[-1]:5.1f} s", flush=True)
    checks.seconds_until_done(sent, with_clicks=True)
    wrong = checks.faults(sent)
    median, most = statistics.median(recovered), max(recovered)
    print(
        f"{len(recovered)} faults, {sent.rows:,} rows in {len(sent.batches)} batches,"
        f" {len(sent.clicks)} clicks; recovered in {median:.1f} s (median), {most:.1f} s at most"
        f" (aim {AIM_SECONDS} s)"
    )
    print("; ".join(wrong) or "Nothing lost, nothing doubled, no slot held.", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
