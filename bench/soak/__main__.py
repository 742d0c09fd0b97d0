"""`python -m bench.soak [--seconds 600] [--seed N]`: break the site and see that nothing is lost.

Batches and clicks are sent; while they are on their way a process is killed or stopped, or the disk
is filled. Then everything has to come in: the seconds from the end of the cause are printed. At the
end nothing may be lost or doubled, and no slot held by a job that is another worker's.
"""

import argparse
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from bench.measure import machine
from bench.soak import crowding, delays, engines, faults, promises, real, samples, site, worlds
from bench.soak.sending import Sent

AIM_SECONDS = 30

# The seconds until all was in, by the fault that came before.
Recovered = dict[str, list[float]]


def main(arguments: list[str]) -> int:
    """Exit status: 0 when nothing was lost, doubled or held."""
    parser = argparse.ArgumentParser(prog="make soak")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--growing", type=int, metavar="ROWS", help="see bench/soak/crowding.py")
    parser.add_argument("--worlds", type=int, metavar="COUNT", help="see bench/soak/worlds.py")
    parser.add_argument("--delays", type=int, metavar="COUNT", help="see bench/soak/delays.py")
    parser.add_argument("--samples", type=int, metavar="COUNT", help="see bench/soak/samples.py")
    parser.add_argument("--engines", type=int, metavar="COUNT", help="see bench/soak/engines.py")
    parser.add_argument("--real", type=Path, metavar="FOLDER", help="see bench/soak/real.py")
    parser.add_argument("--full", type=int, metavar="ROUNDS", help="see bench/soak/full.py")
    parser.add_argument("--kills", type=int, metavar="ROUNDS", help="see bench/soak/kills.py")
    for name in promises.KINDS:
        told = "see bench/soak/promises.py"
        parser.add_argument(f"--{name}", type=int, metavar="COUNT", dest=name, help=told)
    options = parser.parse_args(arguments)
    for name, promised in promises.KINDS.items():
        if count := getattr(options, name):
            return promised(count, options.seed)
    if options.delays:
        return delays.run(options.delays, options.seed)
    if options.samples:
        return samples.run(options.samples, options.seed)
    if options.worlds:
        return worlds.run(options.worlds, options.seed)
    if options.real:
        return real.run(options.real)
    if options.engines:
        return engines.run(options.engines, options.seed)
    site.with_own_mounts("bench.soak", [*arguments, "--seed", str(options.seed)])
    print(f"seed {options.seed}, {options.seconds} s; {machine()}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="notelink-soak-"))
    try:
        with site.running(folder) as (root, disk):
            site.speak_to_it()
            if options.growing:
                return crowding.run(root, folder, options.growing)
            stage = faults.Stage(root, disk, random.Random(options.seed))
            if options.kills or options.full:
                # What they need of Django is imported once that is set up.
                from bench.soak import full, kills

                run = kills.run if options.kills else full.run
                return run(stage, folder, options.kills or options.full)
            if disk is None:
                print("No small disk can be mounted here: it is not filled.", flush=True)
            return _soak(stage, folder, options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _soak(stage: faults.Stage, folder: Path, options: argparse.Namespace) -> int:
    from bench.soak import checks

    sent, end = Sent(), time.monotonic() + options.seconds
    recovered: Recovered = defaultdict(list)
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
                seconds = checks.seconds_until_done(sent)
                recovered[fault.__name__].append(seconds)
                print(f"{fault.__name__:<22} all in after {seconds:5.1f} s", flush=True)
    checks.seconds_until_done(sent, with_clicks=True)
    wrong = checks.faults(sent, patience_seconds=checks.recovery_seconds())
    print(f"{sent.rows:,} rows in {len(sent.batches)} batches, {len(sent.clicks)} clicks")
    print("\n".join(_told(recovered)))
    print("; ".join(wrong) or "Nothing lost, nothing doubled, no slot held.", flush=True)
    return 1 if wrong else 0


def _told(recovered: Recovered) -> Iterator[str]:
    """A line for each cause, and one for all of them."""
    everything = [seconds for each in recovered.values() for seconds in each]
    if not everything:
        yield "Nothing was there to be broken: nothing is said about a recovery."
        return
    for name, each in [*sorted(recovered.items()), ("all", everything)]:
        above = sum(seconds > AIM_SECONDS for seconds in each)
        yield (
            f"{name:<22} {len(each):>3} times, {statistics.median(each):5.1f} s median,"
            f" {max(each):5.1f} s at most, {above} above {AIM_SECONDS} s"
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
