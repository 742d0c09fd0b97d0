"""What is signed is known, and nothing else is."""

import random
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal import clock
from portal.accounts.models import User
from portal.refusals import Refusal
from portal.webhooks import signing, verbs
from portal.webhooks.models import Endpoint
from portal.webhooks.signing import Direction, Forged

NOW = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
KEY = bytes(range(32))
BODY = '{"type":"delivery.rows","data":{"说":1}}'.encode()


def signed(key: bytes = KEY, at: datetime = NOW) -> dict[str, str]:
    return signing.sign([key], "msg_1", at, BODY)


def test_we_sign_as_the_specification_does() -> None:
    """The vector of its own documentation."""
    headers = signing.sign(
        [b64decode("plJ3nmyCDGBKInavdOK15jsl")],
        "msg_loFOjxBNrRLzqYUf",
        datetime.fromtimestamp(1731705121, UTC),
        b'{"event_type":"ping","data":{"success":true}}',
    )
    assert headers == {
        "webhook-id": "msg_loFOjxBNrRLzqYUf",
        "webhook-timestamp": "1731705121",
        "webhook-signature": "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
    }


def test_keys_are_derived_as_rfc_5869_says(settings: Any) -> None:
    """As a library derives them, and each another one."""
    keys = {}
    for code in ("a", "b"):
        for way in Direction:
            for number in (1, 2):
                told = f"{way}:{code}:{number}".encode()
                theirs = HKDF(hashes.SHA256(), 32, None, told).derive(settings.WEBHOOK_KEY.encode())
                assert signing.key_of(code, way, number) == theirs
                keys[theirs] = told
    assert len(keys) == 8


def test_what_we_sign_is_known_again() -> None:
    assert signing.check([KEY], signed(), BODY, NOW) == "msg_1"


@pytest.mark.parametrize("seconds", [-299, -300, 299, 300])
def test_clocks_may_be_five_minutes_apart(seconds: int) -> None:
    headers = signed(at=NOW + timedelta(seconds=seconds))
    assert signing.check([KEY], headers, BODY, NOW) == "msg_1"


@pytest.mark.parametrize("seconds", [-301, 301])
def test_clocks_may_not_be_further_apart(seconds: int) -> None:
    with pytest.raises(Forged):
        signing.check([KEY], signed(at=NOW + timedelta(seconds=seconds)), BODY, NOW)


def test_other_versions_of_signatures_are_read_past() -> None:
    headers = signed()
    headers["webhook-signature"] = "v1a," + "A" * 86 + "== " + headers["webhook-signature"]
    assert signing.check([KEY], headers, BODY, NOW) == "msg_1"


def test_hundreds_of_signatures_are_not_compared() -> None:
    headers = signed()
    real = headers["webhook-signature"]
    headers["webhook-signature"] = " ".join([real] * signing.MOST_SIGNATURES)
    assert signing.check([KEY], headers, BODY, NOW) == "msg_1"
    headers["webhook-signature"] = " ".join([real] * (signing.MOST_SIGNATURES + 1))
    with pytest.raises(Forged):
        signing.check([KEY], headers, BODY, NOW)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("webhook-id", ""),
        ("webhook-id", "msg_1\n"),
        ("webhook-id", "msg.1"),
        ("webhook-timestamp", ""),
        ("webhook-timestamp", "1e9"),
        ("webhook-timestamp", f"{int(NOW.timestamp())}.9"),
        ("webhook-timestamp", f" {int(NOW.timestamp())}"),
        ("webhook-timestamp", f"0{int(NOW.timestamp())}"),
        ("webhook-timestamp", f"-{int(NOW.timestamp())}"),
        ("webhook-timestamp", "１７９６０３２８００"),
        ("webhook-signature", ""),
        ("webhook-signature", "v1"),
        ("webhook-signature", "v1,"),
        ("webhook-signature", "v1,ÿ"),
        ("webhook-signature", "v1," + "A" * 43 + "="),
        ("webhook-signature", "\0"),
    ],
)
def test_what_has_no_such_form_is_refused(name: str, value: str) -> None:
    with pytest.raises(Forged):
        signing.check([KEY], signed() | {name: value}, BODY, NOW)


def test_a_hundred_thousand_changes_are_all_noticed() -> None:
    """A sign more, less or another, anywhere in headers or body."""
    draw = random.Random(18)
    headers = signed()
    assert signing.check([KEY], headers, BODY, NOW)
    accepted = 0
    for _ in range(100_000):
        name = draw.choice([*headers, "body"])
        if name == "body":
            body, changed = mutated(draw, BODY), headers
        else:
            body = BODY
            changed = headers | {name: mutated(draw, headers[name].encode()).decode("latin-1")}
        try:
            signing.check([KEY], changed, body, NOW)
            accepted += 1
        except Forged:
            pass
    assert accepted == 0


def mutated(draw: random.Random, text: bytes) -> bytes:
    """`text` with one sign more, less or another."""
    at = draw.randrange(len(text))
    kind = draw.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    other = draw.choice([one for one in range(256) if one != text[at]])
    return text[:at] + bytes([other]) + text[at + (kind == 1) :]


def test_the_last_letter_of_a_signature_has_one_writing() -> None:
    """Its last two bits say nothing: a lenient reader takes four letters for the same bytes."""
    headers = signed()
    first, last = headers["webhook-signature"][:-2], headers["webhook-signature"][-2]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    same = [one for one in letters if letters.index(one) // 4 == letters.index(last) // 4]
    taken = []
    for letter in same:
        try:
            signing.check([KEY], headers | {"webhook-signature": f"{first}{letter}="}, BODY, NOW)
            taken.append(letter)
        except Forged:
            pass
    assert len(same) == 4
    assert taken == [last]


def test_a_partner_signs_with_his_key_and_not_with_ours(endpoint: Endpoint) -> None:
    his = signing.key_of(endpoint.code, Direction.IN, 1)
    ours = signing.key_of(endpoint.code, Direction.OUT, 1)
    assert signing.verify(endpoint.code, signed(his), BODY, NOW) == "msg_1"
    with pytest.raises(Forged):
        signing.verify(endpoint.code, signed(ours), BODY, NOW)


def test_an_unknown_partner_is_told_no_more_than_a_forger(endpoint: Endpoint) -> None:
    his = signing.key_of("nobody", Direction.IN, 1)
    with pytest.raises(Forged):
        signing.verify("nobody", signed(his), BODY, NOW)


@pytest.mark.parametrize("is_overlapping", [True, False])
def test_old_keys_hold_a_day_beside_the_new_ones_or_end_at_once(
    endpoint: Endpoint, admin: User, is_overlapping: bool
) -> None:
    old, new = (signing.key_of(endpoint.code, Direction.IN, number) for number in (1, 2))
    endpoint = verbs.rotate(endpoint, is_overlapping=is_overlapping, by=admin)
    now = datetime.now(UTC)
    assert signing.verify(endpoint.code, signed(new, now), BODY, now) == "msg_1"
    assert (old in signing.keys_of(endpoint, Direction.IN, now)) is is_overlapping
    later = now + verbs.OVERLAP
    assert signing.keys_of(endpoint, Direction.IN, later) == [new]
    with pytest.raises(Forged):
        signing.verify(endpoint.code, signed(old, later), BODY, later)


def test_keys_that_were_promised_for_a_day_hold_for_a_day(endpoint: Endpoint, admin: User) -> None:
    first, second, third = (key_in(endpoint, number) for number in (1, 2, 3))
    moment = clock.now()
    with clock.at(moment):
        verbs.rotate(endpoint, is_overlapping=True, by=admin)
    almost = moment + verbs.OVERLAP - timedelta(seconds=1)
    with clock.at(almost):
        with pytest.raises(Refusal, match="promised to hold until"):
            verbs.rotate(endpoint, is_overlapping=True, by=admin)
        assert signing.verify(endpoint.code, signed(first, almost), BODY, almost) == "msg_1"
    over = moment + verbs.OVERLAP
    with clock.at(over):
        endpoint = verbs.rotate(endpoint, is_overlapping=True, by=admin)
        assert signing.keys_of(endpoint, Direction.IN, over) == [third, second]


def test_a_key_that_leaked_ends_with_all_before_it(endpoint: Endpoint, admin: User) -> None:
    """Even while an older one holds that was promised to."""
    verbs.rotate(endpoint, is_overlapping=True, by=admin)
    endpoint = verbs.rotate(endpoint, is_overlapping=False, by=admin)
    assert signing.keys_of(endpoint, Direction.IN, clock.now()) == [key_in(endpoint, 3)]


def key_in(endpoint: Endpoint, number: int) -> bytes:
    return signing.key_of(endpoint.code, Direction.IN, number)
