"""What a probe is told: by any host, without a session, by the parts' names."""

import json
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from portal import clock, room
from portal.health import parts
from portal.jobs import claims, pulse, waking
from portal.jobs.models import Job, JobState, Pulse
from portal.runtime.testing import Web

PARTS = {"database", "migrations", "beat", "jobs", "broker", "disk", "lake", "documents"}


@pytest.fixture
def probe(settings: Any) -> Client:
    """Asks as a probe does: by an IP address that is no name of the site, without TLS."""
    settings.ALLOWED_HOSTS = ["portal.example"]
    settings.SECURE_SSL_REDIRECT = True
    return Client(headers={"host": "10.0.0.7:8000"})


def _ready(probe: Client) -> tuple[int, dict[str, Any]]:
    answer = probe.get("/health/ready/")
    return answer.status_code, answer.json()


def _failed(told: dict[str, Any]) -> set[str]:
    return {name for name, part in told["parts"].items() if part["state"] == "failed"}


@pytest.fixture
def well(transactional_db: None, broker: str) -> None:
    """A site that works: the looks have connections of their own, so what they see is committed."""
    pulse.beats()


@pytest.mark.parametrize("path", ["/health/live/", "/health/live", "/health/ready/"])
@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.usefixtures("well")
def test_a_probe_is_answered_by_any_host(probe: Client, path: str, method: str) -> None:
    answer = getattr(probe, method)(path)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer


def test_other_pages_still_want_a_name_of_the_site(probe: Client) -> None:
    assert probe.get("/accounts/login/").status_code == 400


def test_a_probe_cannot_post(probe: Client) -> None:
    assert probe.post("/health/live/").status_code == 405


@pytest.mark.usefixtures("well")
def test_a_site_that_works_is_ready_and_names_its_parts(probe: Client) -> None:
    status, told = _ready(probe)
    assert (status, told["state"]) == (200, "ok"), told
    assert set(told["parts"]) == PARTS


@pytest.mark.usefixtures("well")
def test_beat_that_was_not_felt_for_a_minute_is_named(probe: Client) -> None:
    Pulse.objects.update(felt_at=clock.now() - parts.MOST_SILENCE - timedelta(seconds=5))
    status, told = _ready(probe)
    assert (status, _failed(told)) == (503, {"beat"})
    assert told["parts"]["beat"]["age_seconds"] > 60


@pytest.mark.usefixtures("transactional_db", "broker")
def test_beat_that_never_ran_is_named(probe: Client) -> None:
    status, told = _ready(probe)
    assert (status, _failed(told)) == (503, {"beat"})


@pytest.mark.usefixtures("well")
def test_a_migration_that_is_missing_is_named(probe: Client) -> None:
    newest = "FROM django_migrations WHERE app = 'jobs' ORDER BY name DESC LIMIT 1"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name {newest}")
        (name,) = cursor.fetchone()
        cursor.execute("DELETE FROM django_migrations WHERE app = 'jobs' AND name = %s", [name])
        try:
            assert _failed(_ready(probe)[1]) == {"migrations"}
        finally:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('jobs', %s, now())",
                [name],
            )
    assert _ready(probe)[0] == 200


@pytest.mark.usefixtures("well")
def test_a_full_disk_is_named(probe: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "LEAST_FREE_MB", 10**12)
    status, told = _ready(probe)
    assert (status, _failed(told)) == (503, {"disk"})


def _asked_long_ago(state: JobState = JobState.QUEUED) -> Job:
    asked_at = clock.now() - parts.MOST_STANDSTILL - timedelta(minutes=1)
    return Job.objects.create(
        kind="test",
        state=state,
        created_at=asked_at,
        lease_expires_at=claims.StatementTime() + waking.PATIENCE,
    )


@pytest.mark.usefixtures("well")
def test_jobs_that_nobody_takes_are_named(probe: Client) -> None:
    _asked_long_ago()
    status, told = _ready(probe)
    assert (status, _failed(told)) == (503, {"jobs"})


@pytest.mark.usefixtures("well")
def test_a_job_that_is_not_due_yet_keeps_nobody_waiting(probe: Client) -> None:
    later = _asked_long_ago()
    Job.objects.filter(pk=later.pk).update(waits_until=clock.now() + timedelta(minutes=1))
    assert _ready(probe)[0] == 200


@pytest.mark.parametrize("state", [JobState.RUNNING, JobState.DONE])
@pytest.mark.usefixtures("well")
def test_a_long_queue_that_moves_is_well(probe: Client, state: JobState) -> None:
    """As in the test above, but somebody works or has just ended one."""
    moving = _asked_long_ago(state)
    Job.objects.filter(pk=moving.pk, state=JobState.DONE).update(finished_at=clock.now())
    _asked_long_ago()
    assert _ready(probe)[0] == 200


def test_what_hangs_is_named_and_hangs_nobody(
    web_server: Callable[..., Web],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hanging = f"127.0.0.1:{silent.getsockname()[1]}"
        web = web_server(
            DATABASE_URL=f"postgresql://portal@{hanging}/portal",
            CELERY_BROKER_URL=f"redis://{hanging}/0",
        )
        live, _ = web.ask("/health/live/", Host="10.0.0.7")
        ready, body = web.ask("/health/ready/", Host="10.0.0.7")
    told = json.loads(body)
    assert (live.status, ready.status) == (200, 503)
    assert _failed(told) == PARTS - {"disk", "documents"}
    assert {told["parts"][name]["reason"] for name in ("database", "broker")} == {"does not answer"}
    assert hanging not in body.decode()


def test_head_is_answered_without_a_body(web_server: Callable[..., Web]) -> None:
    answer, body = web_server().ask("/health/ready/", "HEAD")
    assert (answer.status, body) == (503, b"")
