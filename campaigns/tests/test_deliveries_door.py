"""The address at which ad servers send: signed, once, and with the same answer for good."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from campaigns import api
from campaigns.boosts import decisions
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost
from campaigns.delivery import files, messages, rates, taking
from campaigns.delivery.models import AdServer, DeliveryMessage, QuarantinedDelivery, Serving
from campaigns.tests.conftest import NOON, RequestBoost
from portal import clock
from portal.accounts.models import User
from portal.webhooks import signing
from portal.webhooks.signing import Direction
from tests.racing import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

Post = Callable[..., Any]


@pytest.fixture
def post(ad_server: AdServer) -> Post:
    """`post(body)` sends it as the ad server does; `key` and `code` may be another's."""

    def send(
        body: Any, name: str = "m1", code: str = "feed", key: bytes | None = None, **client: Any
    ) -> Any:
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        keys = [key or signing.key_of("feed", Direction.IN, 1)]
        signed = signing.sign(keys, name, clock.now(), sent)
        return Client(**client).post(
            f"/api/v1/deliveries/{code}",
            sent,
            content_type="application/json",
            headers=signed,
        )

    return send


def a_row(boost: Boost, **fields: Any) -> dict[str, Any]:
    said = {"boost_id": boost.external_id, "hour": "2026-03-02T10:00:00+08:00", "revision": 1}
    return {**said, "impressions": 100, "clicks": 5, "spend_fen": 250, **fields}


def rows(*said: Any) -> dict[str, Any]:
    return {"type": "delivery.rows", "timestamp": "x", "data": {"rows": list(said)}}


def told(response: Any) -> Any:
    return json.loads(response.content)


def test_rows_are_taken_and_each_is_answered(post: Post, running: Boost) -> None:
    sent = rows(a_row(running), a_row(running), a_row(running, revision=0), "no row")
    answer = post(sent, enforce_csrf_checks=True)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    said = told(answer)
    assert (said["sent"], said["accepted"], said["duplicate"], said["quarantined"]) == (4, 1, 1, 2)
    outcomes = [(one["place"], one["outcome"], one["captured_fen"]) for one in said["rows"]]
    assert outcomes[:2] == [(1, "accepted", 250), (2, "duplicate", 250)]
    assert said["rows"][2]["field"] == "revision"
    running.refresh_from_db()
    assert running.captured_fen == 250


def test_the_same_message_again_gets_the_same_bytes(post: Post, running: Boost) -> None:
    first = post(rows(a_row(running)))
    # Between the two the hour changes: the answer of the first does not.
    post(rows(a_row(running, revision=2, spend_fen=9)), name="m2")
    again = post(rows(a_row(running)))
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert told(again)["accepted"] == 1


def test_an_answer_is_kept_for_a_month_and_its_counts_for_good(
    post: Post, running: Boost, ad_server: AdServer
) -> None:
    told_then = post(rows(a_row(running), "no row")).content
    post(b"{", name="nothing")
    files.message_of(ad_server, name="file:1", sha256="0" * 64, received_at=NOON)
    with clock.at(NOON + messages.KEPT_FOR):
        assert messages.let_go() == 0
        assert post(rows(a_row(running), "no row")).content == told_then
    with clock.at(NOON + messages.KEPT_FOR + timedelta(seconds=1)):
        assert (messages.let_go(), messages.let_go()) == (2, 0)
        assert messages.finish_cut_off() == 0
        again = post(rows(a_row(running), "no row"))
        assert again.status_code == 200
        counts = {"sent": 2, "accepted": 1, "duplicate": 0, "quarantined": 1, "rows": None}
        assert told(again) == counts
        refused = post(b"{", name="nothing")
        assert (refused.status_code, list(told(refused))) == (422, ["error"])
        assert post(b"{}", name="nothing").status_code == 422
    assert DeliveryMessage.objects.filter(answer=b"", is_kept=False).count() == 3
    DeliveryMessage.objects.create(ad_server=ad_server, message_id="open", sha256="0" * 64)
    post(b"[", name="kept")
    for name in ("kept", "open"):
        one = DeliveryMessage.objects.filter(message_id=name)
        with pytest.raises(IntegrityError, match="let_go_is_empty"), transaction.atomic():
            one.update(is_kept=False)
    running.refresh_from_db()
    assert running.captured_fen == 250


def test_the_same_id_with_another_body_is_refused(post: Post, running: Boost) -> None:
    post(rows(a_row(running)))
    assert post(rows(a_row(running, spend_fen=1))).status_code == 422
    running.refresh_from_db()
    assert running.captured_fen == 250


def test_who_is_not_known_learns_nothing(post: Post, running: Boost, ad_server: AdServer) -> None:
    good = rows(a_row(running))
    forged = post(good, key=b"x" * 32)
    ours = post(good, key=signing.key_of("feed", Direction.OUT, 1))
    unknown = post(good, code="nobody", key=signing.key_of("nobody", Direction.IN, 1))
    Serving.objects.all().delete()
    ad_server.delete()
    no_server = post(good)
    assert {answer.status_code for answer in (forged, ours, unknown, no_server)} == {401}
    assert len({answer.content for answer in (forged, ours, unknown, no_server)}) == 1
    assert not DeliveryMessage.objects.exists()


def test_a_boost_of_another_server_is_as_unknown_as_none(
    post: Post, running: Boost, ad_server: AdServer
) -> None:
    absent = post(rows(a_row(running, boost_id="bnone")))
    Serving.objects.all().delete()
    foreign = post(rows(a_row(running)), name="m2")
    assert told(absent) == told(foreign)
    apart = QuarantinedDelivery.objects.values_list("field", "reason")
    assert set(apart) == {("boost_id", "unknown_boost")}


SAYS_NOTHING: list[Any] = [
    b"",
    b"{",
    b"\xff",
    b"[" * 100_000,
    b'{"type": "delivery.rows", "data": {"rows": [NaN]}}',
    {"type": "delivery.rows"},
    {"type": 1, "data": {}},
    {"type": "other", "data": {}},
    {"type": "delivery.rows", "data": {"rows": {}}},
    {"type": "delivery.rows", "data": {"rows": [{}] * 1001}},
]


def test_a_message_that_says_nothing_is_refused_for_good(post: Post) -> None:
    for number, body in enumerate(SAYS_NOTHING):
        first = post(body, name=f"m{number}")
        assert first.status_code == 422, body
        assert told(first)["error"]
        assert post(body, name=f"m{number}").content == first.content


def test_whatever_a_row_says_is_kept_apart_in_one_piece(post: Post) -> None:
    strange = ["\x00", "\ud800", "😀" * 11, " ", "'; DROP TABLE campaigns_boost; --" * 2]
    answer = post(rows(*({"boost_id": boost_id, "hour": None} for boost_id in strange)))
    assert told(answer)["quarantined"] == QuarantinedDelivery.objects.count() == len(strange)


def test_a_get_is_told_what_to_send(ad_server: AdServer) -> None:
    answer = Client().get("/api/v1/deliveries/feed")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


def test_more_than_a_mebibyte_is_not_read(post: Post) -> None:
    assert post(b" " * ((1 << 20) + 1)).status_code == 413


def test_a_server_that_sends_too_often_waits(
    post: Post, running: Boost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "MOST_A_MINUTE", 2)
    answers = [post(rows(a_row(running)), name=f"m{number}").status_code for number in range(3)]
    assert answers == [200, 200, 429]
    with clock.at(NOON + timedelta(minutes=1)):
        assert post(rows(a_row(running)), name="m3").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_as_many_are_taken_as_may_be(ad_server: AdServer) -> None:
    """Whatever they read: it is counted where it is written."""
    told, failed = at_once(*[partial(rates.has_room, ad_server, most=3)] * 8)
    assert (sum(told), failed) == (3, [])


def test_a_clock_that_was_set_back_refuses_nobody_for_long(ad_server: AdServer) -> None:
    for ahead in (timedelta(0), timedelta(hours=1), timedelta(minutes=1)):
        with clock.at(NOON + ahead):
            assert [rates.has_room(ad_server, most=1) for _number in range(2)] == [True, False]
    # A machine whose clock is a second behind at the turn of a minute brings no second count.
    with clock.at(NOON):
        assert not rates.has_room(ad_server, most=1)


def test_a_message_that_was_cut_off_is_finished_by_the_clock(
    post: Post, running: Boost, ad_server: AdServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(taking, "take", killed)
        with pytest.raises(KeyboardInterrupt):
            post(rows(a_row(running)))
    assert messages.finish_cut_off() == 0
    with clock.at(NOON + timedelta(minutes=2)):
        assert messages.finish_cut_off() == 1
        assert messages.finish_cut_off() == 0
    running.refresh_from_db()
    assert running.captured_fen == 250
    again = post(rows(a_row(running)))
    assert told(again)["accepted"] == 1


def test_a_boost_that_cannot_be_taken_holds_up_no_other(
    post: Post, running: Boost, a_boost: RequestBoost, alice: User, manager: User, admin: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Its sender hears that not all is taken; the clock tries on, ever later, and says so once."""
    other = boosts.submit(a_boost(beside=True), by=alice)
    other = decisions.approve(other, version=other.version, by=manager)
    first, second = sorted([running, other], key=lambda one: one.external_id)
    whole = taking.take

    def broken(boost: Boost, *more: Any) -> Any:
        if boost == first:
            raise RuntimeError("a listener of the capture")
        return whole(boost, *more)

    monkeypatch.setattr(taking, "take", broken)
    sent = rows(*(a_row(one, hour="2026-03-02T11:00:00+08:00") for one in (first, second)))
    assert post(sent, raise_request_exception=False).status_code == 500
    second.refresh_from_db()
    assert second.captured_fen + second.refused_fen == 250
    tries = 0
    for minute in range(2, 40):
        with clock.at(NOON + timedelta(minutes=minute)):
            try:
                messages.finish_cut_off()
            except ExceptionGroup:
                tries += 1
    assert tries == 5, "after 2, 4, 8 and 16 minutes more"
    said = [str(notice) for notice in admin.notices.all()]
    assert len([one for one in said if "cannot be carried out" in one]) == 1
    monkeypatch.setattr(taking, "take", whole)
    with clock.at(NOON + timedelta(days=1)):
        assert messages.finish_cut_off() == 1
    first.refresh_from_db()
    assert first.captured_fen + first.refused_fen == 250


def word(boost: Boost, **fields: Any) -> dict[str, Any]:
    said = {"boost_id": boost.external_id, "status": "limited", "at": "2026-03-02T11:00:00+08:00"}
    return {"type": "boost.status", "data": {**said, **fields}}


def test_the_latest_word_of_the_server_stands(post: Post, running: Boost) -> None:
    post(word(running, reason="audience_too_small", audience=1200))
    late = post(word(running, status="serving", at="2026-03-02T10:59:59+08:00"), name="m2")
    assert told(late) == {"taken": False}
    serving = Serving.objects.get(boost=running)
    assert (serving.word, serving.word_reason, serving.audience) == (
        "limited", "audience_too_small", 1200,
    )  # fmt: skip


SAYS_NO_WORD: list[dict[str, Any]] = [
    {"status": "well"},
    {"status": {}},
    {"at": "yesterday"},
    {"at": "2027-01-01T00:00:00+08:00"},
    {"audience": -1},
    {"audience": True},
    {"boost_id": "bnone"},
    {"reason": "x" * 41},
]


def test_a_word_that_says_nothing_is_refused(post: Post, running: Boost) -> None:
    for number, wrong in enumerate(SAYS_NO_WORD):
        assert post(word(running, **wrong), name=f"m{number}").status_code == 422, wrong
    assert Serving.objects.get(boost=running).word == ""
