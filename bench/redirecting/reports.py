"""Report runs that are computed again and again: `python -m bench.redirecting.reports NAME`.

In a database and a lake of their own: a month of many merchants, asked for over all of it. It
prints `begun` when the world is there and the first run begins, and goes on until it is ended.
"""

import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from bench.late import DAYS, _World
from bench.late_world import empty_database

MERCHANTS = 200


def main(name: str) -> None:
    """Never returns."""
    empty_database(name)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(PORTAL_VAR=folder, LAKE_URL=f"{folder}/lake")
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        world = _World(MERCHANTS, Path(folder))
        world.fill()
        print("begun", flush=True)
        while True:
            _compute(world)


def _compute(world: _World) -> None:
    from portal.jobs.queue import run_now
    from reports.attribution import runs

    run = runs.request(first_on=world.last - timedelta(days=DAYS - 1), last_on=world.last, by=None)
    assert run.job is not None
    run_now(run.job)


if __name__ == "__main__":
    main(sys.argv[1])
