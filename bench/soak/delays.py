"""Worlds whose law of delay is known: how often what is said of young touches holds."""

from bench.measure import machine
from bench.soak import site

# What each kind of world has to reach.
LEAST = 0.92


def run(count: int, first: int) -> int:
    """Print coverage and errors of each kind of world; exit status 0 when all reach the least."""
    site.speak_to_it()
    from reports.tests.delay_worlds import covered

    print(f"{count} worlds of each kind from seed {first} on; {machine()}", flush=True)
    found = covered(range(first, first + count))
    for name, cover in found.items():
        print(
            f"{name}: {cover.share:.3f} of {cover.count} intervals hold; {cover.told()}",
            flush=True,
        )
    return 0 if all(cover.share >= LEAST for cover in found.values()) else 1
