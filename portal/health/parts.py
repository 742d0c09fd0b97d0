"""The parts of the site that must work, and how each is asked."""

from datetime import timedelta
from functools import cache
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from portal import room
from portal.buckets import is_bucket
from portal.health.rounds import Finding, Group, Look, all_of
from portal.jobs import pulse

# Whoever probes waits a few seconds; some give up after one.
_SECONDS = 2
# Beat wakes the workers every ten seconds.
MOST_SILENCE = timedelta(seconds=60)
# The sweeper asks again after ten seconds for a job that nobody has taken.
MOST_STANDSTILL = timedelta(minutes=3)


def add(name: str, look: Look) -> None:
    """Name a part that an upper app knows; called from its `AppConfig.ready`."""
    _GROUPS.append(Group(**{name: look}))


def findings() -> dict[str, Finding]:
    """How each part is, by its name, after two seconds at the latest."""
    return all_of(_GROUPS, seconds=_SECONDS)


def _database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Finding()


def _migrations() -> Finding:
    """Whether the database has the tables of this version."""
    missing = _newest_migrations() - set(MigrationRecorder(connection).applied_migrations())
    return Finding("are not applied", {"missing": len(missing)}) if missing else Finding()


@cache
def _newest_migrations() -> set[tuple[str, str]]:
    return set(MigrationLoader(None).graph.leaf_nodes())


def _beat() -> Finding:
    """Whether beat, broker and a worker together have run the schedule lately."""
    age = pulse.age()
    if age is None:
        return Finding("was never felt")
    figures = {"age_seconds": round(age.total_seconds())}
    return Finding("is silent" if age > MOST_SILENCE else "", figures)


def _jobs() -> Finding:
    """Whether jobs wait while nobody works; a long queue that moves is well."""
    newest, standstill = pulse.newest_job_age(), pulse.standstill()
    figures = {
        name: round(age.total_seconds())
        for name, age in {"newest_seconds": newest, "standstill_seconds": standstill}.items()
        if age is not None
    }
    is_stuck = standstill is not None and standstill > MOST_STANDSTILL
    return Finding("wait and nobody works" if is_stuck else "", figures)


def _broker() -> Finding:
    with current_app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=_SECONDS)
    return Finding()


def folders() -> dict[str, Path]:
    """The folders in which files are written, by the variables that name them."""
    places = {"PORTAL_VAR": settings.VAR_DIR, "LAKE_URL": settings.LAKE_URL}
    return {name: Path(place) for name, place in places.items() if not is_bucket(place)}


def _disk() -> Finding:
    """The space left where files are written: uploads, click spool and the lake."""
    free_mb = min(map(room.free_mb, folders().values()))
    return Finding("is nearly full" if free_mb < room.LEAST_FREE_MB else "", {"free_mb": free_mb})


_GROUPS = [
    Group(database=_database, migrations=_migrations, beat=_beat, jobs=_jobs),
    Group(broker=_broker),
    Group(disk=_disk),
]
