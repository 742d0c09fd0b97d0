"""The id of a request: ours, or that of a proxy of ours; said in the answer and on error pages."""

import logging
from ipaddress import ip_network
from typing import Any

import pytest
from django.test import Client

from portal import logs
from portal.ui.errors import server_error

HEADER = "X-Request-ID"


def test_each_answer_says_its_own_id() -> None:
    ids = {Client().get("/health/live/")[HEADER] for _ in range(3)}
    assert len(ids) == 3
    assert all(len(request_id) >= 16 for request_id in ids)


def test_the_id_of_a_proxy_of_ours_is_kept_and_nobody_elses(settings: Any) -> None:
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
    offer = {"X-Request-ID": "edge-1234"}
    ours, anybody = (
        Client(REMOTE_ADDR=peer).get("/health/live/", headers=offer)[HEADER]
        for peer in ("10.0.0.7", "203.0.113.7")
    )
    assert ours == "edge-1234"
    assert anybody != "edge-1234"


@pytest.mark.usefixtures("db")
def test_error_pages_show_it() -> None:
    answer = Client().get("/no-such-page/")
    assert answer[HEADER] in answer.content.decode()


def test_the_page_of_a_failure_shows_it(rf: Any) -> None:
    request_id = logs.begin_request(None)
    assert request_id in server_error(rf.get("/")).content.decode()


@pytest.mark.parametrize(
    "offered",
    ["", "short", "x" * 65, "with blank 1234", "1234567\n", "<b>1234567</b>", "编号编号编号编号"],
)
def test_only_a_plain_word_of_some_length_is_an_id(offered: str) -> None:
    assert logs.begin_request(offered) != offered
    assert logs.begin_request("edge-1.2_3456789") == "edge-1.2_3456789"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/m/alice-beauty/boosts/12/", "/m/alice-beauty/boosts/12/"),
        ("/accounts/login/?next=/m/x/", "/accounts/login/"),
        ("/invitations/Zm9vYmFyYmF6cXV4Zm9vYmFy/", "/invitations/.../"),
        ("/a@b.example/x", "/.../x"),
        ("/" + "a/" * 50, "/" + "a/" * 11 + "..."),
    ],
)
def test_paths_are_shown_without_what_may_be_secret(path: str, shown: str) -> None:
    assert logs.shown_path(path) == shown


def test_django_names_paths_in_the_same_way() -> None:
    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 0, "%s: %s", ("Failed", "/i/" + "k" * 30), None
    )
    logs.HidePaths().filter(record)
    assert record.getMessage() == "Failed: /i/..."
