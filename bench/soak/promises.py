"""What the tests promise of a few seeded worlds, of many: they are run with more, or other, seeds.

`--news` tries so many orders of files and acts, `--as-of` so many days of saved files, and `--gaps`
plants so many times; `--money` tries so many orders of what happens to boosts and their money, and
`--fifty` lets fifty connections do so many acts. They need a PostgreSQL of the tests, as `make
test` has.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial

from bench.measure import machine


def run_in_one(path: str, count: int, seed: int) -> int:
    """A test that goes through `count` worlds from `seed` on; exit status 0 when none is wrong."""
    print(f"{count} worlds from seed {seed} on, {path}; {machine()}", flush=True)
    return _tested(path, SOAK_WORLDS=count, SOAK_SEED=seed)


def run_each(path: str, count: int, seed: int) -> int:
    """A test of one world, `count` times; exit status 0 when none is wrong."""
    print(f"seeds {seed} to {seed + count - 1}, {path}; {machine()}", flush=True)
    wrong = sum(_tested(path, SOAK_SEED=one) != 0 for one in range(seed, seed + count))
    print(f"{wrong} of {count} are wrong.", flush=True)
    return 1 if wrong else 0


def _tested(path: str, **told: int) -> int:
    said = {name: str(value) for name, value in told.items()}
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "--show-capture=no", path]
    return subprocess.run(command, env={**os.environ, **said}, check=False).returncode


KINDS: dict[str, Callable[[int, int], int]] = {
    "news": partial(run_in_one, "reports/attribution/tests/test_news_of_worlds.py"),
    "as-of": partial(run_in_one, "reports/tests/test_as_of_worlds.py"),
    "money": partial(run_in_one, "campaigns/tests/test_money_states.py"),
    "fifty": partial(run_in_one, "campaigns/tests/test_money_of_fifty.py"),
    "gaps": partial(run_each, "reports/tests/test_planted_gaps.py"),
}
