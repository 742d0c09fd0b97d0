"""What web and worker write: JSON, with the request that caused it, and nothing secret."""

import json
import logging
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from portal import logs
from portal.accounts.models import User
from portal.celery import app
from portal.jobs import queue, waiting
from portal.runtime.testing import Web, Worker
from tests.awaiting import until

SECRET = "c2VjcmV0LW9mLXNvbWVib2R5LWVsc2U"
# Addresses that a line may not repeat as they are.
TELLING = [
    f"/accounts/login/?key={SECRET}",
    f"/accounts/password/reset/key/1-{SECRET}/",
    f"/accounts/confirm-email/{SECRET}/",
    f"/invitations/{SECRET}/",
    f"/no/such/page/{SECRET}",
    "/someone@example.com/",
]


def _lines(log: Path) -> list[dict[str, Any]]:
    """Every line of a log; each is one JSON object."""
    text = log.read_text()
    strange = [line for line in text.splitlines() if not line.startswith("{")]
    assert not strange, strange
    lines = [json.loads(line) for line in text.splitlines()]
    assert lines
    assert all({"event", "level", "logger", "timestamp"} <= set(line) for line in lines)
    return lines


def _answered(log: Path) -> list[dict[str, Any]]:
    return [line for line in _lines(log) if line["logger"] == "portal.requests"]


def test_each_request_has_a_line_that_its_answer_names(web_server: Callable[..., Web]) -> None:
    web = web_server()
    answer, body = web.ask("/accounts/login/?next=/m/")
    web.stop()
    (line,) = _answered(web.log)
    assert line.pop("duration_ms") >= 0
    assert line.pop("bytes") == len(body)
    assert (
        line.items()
        >= {
            "method": "GET",
            "path": "/accounts/login/",
            "status": 200,
            "request_id": answer.headers["X-Request-ID"],
        }.items()
    )
    # Gunicorn's own lines are among them.
    assert "gunicorn.error" in {line["logger"] for line in _lines(web.log)}


def test_no_line_tells_a_secret_or_an_address(web_server: Callable[..., Web]) -> None:
    web = web_server()
    for path in TELLING:
        web.ask(path, Host="localhost")
        web.ask(path, Host="not-ours.example", Cookie=f"session={SECRET}")
    web.stop()
    assert len(_answered(web.log)) == 2 * len(TELLING)
    written = web.log.read_text()
    assert SECRET not in written
    assert "someone" not in written


def test_a_line_names_the_person_by_number(
    web_server: Callable[..., Web], alice: User, client_of: Callable[[User], Client]
) -> None:
    session = client_of(alice).cookies["session"].value
    web = web_server()
    web.ask("/notices/", Cookie=f"session={session}")
    web.ask("/notices/")
    web.stop()
    # A line is written behind the answer, so the second may be first.
    hers, strangers = sorted(_answered(web.log), key=lambda line: line["status"])
    assert (hers["status"], hers["person"]) == (200, alice.pk)
    assert "person" not in strangers
    assert alice.email not in web.log.read_text()


def test_a_job_is_logged_with_the_request_that_asked_for_it(
    celery_worker: Callable[[], Worker],
) -> None:
    worker = celery_worker()
    request_id = logs.begin_request(None)
    try:
        asked = queue.enqueue("notices.mail", args={"notices": []})
    finally:
        logs.end_request()
    waiting.until_done([asked], patience_seconds=60)
    worker.kill()
    of_the_job = [line for line in _lines(worker.log) if line.get("job") == asked.pk]
    assert {line["request_id"] for line in of_the_job} == {request_id}
    assert {line["event"] for line in of_the_job} >= {"Taken.", "Left."}


def _has_nothing_in_hand() -> bool:
    asked = app.control.inspect(timeout=0.5, connection=app.connection_for_read())
    workers = asked.active() or {}
    return bool(workers) and not any(workers.values())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT])
def test_a_worker_that_is_told_to_end_says_so_like_all_else(
    celery_worker: Callable[[], Worker], number: signal.Signals
) -> None:
    worker = celery_worker()
    worker.await_line(b" succeeded in ")
    # The process of its pool writes that line; the worker has yet to hear of it. Told to end in
    # between, Celery waits for ever for the process that it has ended.
    until(_has_nothing_in_hand, otherwise=worker.log.read_text)
    worker.end(number)
    assert any("shutdown" in line["event"] for line in _lines(worker.log))


@pytest.mark.parametrize(
    ("facts", "has_trace"),
    [({"status_code": 400}, False), ({"status_code": 404}, False), ({"status_code": 499}, False),
     ({"status_code": 500}, True), ({}, True)],
)  # fmt: skip
def test_what_a_client_did_wrong_has_no_trace_and_what_we_did_has(
    facts: dict[str, int], has_trace: bool
) -> None:
    error = ValueError("Wrong.")
    record = logging.makeLogRecord({"exc_info": (ValueError, error, None), **facts})
    assert logs.NoTraceOfRefusals().filter(record)
    assert bool(record.exc_info) == has_trace


def test_a_host_that_is_not_ours_leaves_a_sentence_and_no_trace_of_code(
    web_server: Callable[..., Web],
) -> None:
    web = web_server()
    web.ask("/accounts/login/", Host="not-ours.example")
    web.stop()
    refused = [line for line in _lines(web.log) if line["logger"].startswith("django.security")]
    assert refused
    assert "Traceback" not in web.log.read_text()
