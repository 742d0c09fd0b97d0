"""What a budget may bring: an interval by the merchant's own past, pooled where that is thin."""

import random
from collections.abc import Callable, Iterator
from math import exp

import pytest
from django.test import Client
from django.urls import reverse
from scipy import stats

from campaigns.boosts import forecast
from campaigns.boosts.forecast import HOLDS_OF_TEN, Brought, Past, expected
from merchants.companies.models import Merchant
from portal.accounts.models import User

WORLDS = 600


def world(dice: random.Random, own: int, others: int, each: int) -> tuple[Past, Brought]:
    """A past, and what the next boost of the merchant brings: merchants differ by a factor, and so
    do boosts of one."""
    between, within = dice.uniform(0, 0.8), dice.uniform(0.1, 0.6)
    level = dice.uniform(-4, 0)

    def group(size: int) -> list[Brought]:
        mean = dice.gauss(level, between)
        return [boost(mean) for _number in range(size)]

    def boost(mean: float) -> Brought:
        spent_fen = dice.randint(5_000, 500_000)
        return Brought(spent_fen, round(spent_fen * exp(dice.gauss(mean, within))))

    *mine, following = group(own + 1)
    return Past(mine, [group(dice.randint(2, each)) for _other in range(others)]), following


def held(own: int, others: int, each: int = 8) -> float:
    """The share of worlds whose next boost lies in the interval."""
    dice, inside = random.Random(own * 100 + others), 0
    for _number in range(WORLDS):
        past, following = world(dice, own, others, each)
        known = expected(past)
        assert known is not None
        told = known.reads(min(following.spent_fen, known.most_fen))
        assert told is not None
        inside += told.low <= following.reads <= told.high
    return inside / WORLDS


@pytest.mark.parametrize(
    ("own", "others"), [(5, 0), (8, 0), (30, 0), (0, 12), (1, 12), (3, 12), (4, 30), (2, 5)]
)
def test_the_interval_holds_what_it_says(own: int, others: int) -> None:
    """Eight of ten, by no more than chance and the estimated variances differ from it."""
    assert HOLDS_OF_TEN / 10 - 0.05 <= held(own, others) <= HOLDS_OF_TEN / 10 + 0.12


def test_an_interval_of_half_the_width_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    monkeypatch.setattr(forecast, "_t", lambda degrees: 0.65)
    assert held(8, 0) < HOLDS_OF_TEN / 10 - 0.05
    assert held(1, 12) < HOLDS_OF_TEN / 10 - 0.05


def test_the_quantiles_are_those_of_student() -> None:
    for degrees in range(1, 31):
        assert forecast._t(degrees) == pytest.approx(stats.t.ppf(0.9, degrees), abs=0.0006)
    assert forecast._t(1_000) >= stats.t.ppf(0.9, 1_000)


def test_where_little_is_known_nothing_is_said() -> None:
    one = [Brought(10_000, 500)]
    assert expected(Past()) is None
    assert expected(Past(one * 4)) is None
    assert expected(Past(one * 4, [one * 3] * 4)) is None
    assert expected(Past(one * 4, [one] * 30)) is None
    assert expected(Past(one * 4, [one * 3] * 5)) is not None
    assert expected(Past(one * 5)) is not None


def test_nothing_is_said_far_beyond_what_was_spent() -> None:
    known = expected(Past([Brought(10_000, 400 + number) for number in range(6)]))
    assert known is not None
    assert known.reads(40_000) is not None
    assert known.reads(40_001) is None


def test_a_boost_without_a_read_is_counted() -> None:
    known = expected(Past([Brought(10_000, number % 2) for number in range(6)]))
    assert known is not None
    told = known.reads(10_000)
    assert told is not None
    assert told.low == 0 < told.high


# Pages.


@pytest.fixture
def tell() -> Iterator[Callable[[Past], None]]:
    """`tell(past)`: this is what boosts brought."""
    before = list(forecast._tell)
    yield lambda past: forecast.told_by(lambda merchant: past)
    forecast._tell[:] = before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "unknown", "own", "pooled"),
    [
        ("en", "Not known yet", "By your last 6 boosts.", "those of 5 other merchants"),
        ("zh-hans", "暂无预估", "依据您最近 6 次加热。", "同类目 5 家商家"),
    ],
)
def test_each_form_says_it_with_its_ground_or_that_it_is_not_known(
    client_of: Callable[[User], Client], alice: User, shop: Merchant,
    tell: Callable[[Past], None], language: str, unknown: str, own: str, pooled: str,
) -> None:  # fmt: skip
    client, headers = client_of(alice), {"Accept-Language": language}
    brought = [Brought(20_000, 900 + 10 * number) for number in range(6)]
    for name in ("boost-quick", "boost-new"):
        url = reverse(f"campaigns:{name}", args=[shop.code])
        said = []
        for past in (Past(), Past(brought), Past(brought[:1], [brought] * 5)):
            tell(past)
            said.append(client.get(url, headers=headers).content.decode())
        assert [unknown in page for page in said] == [True, False, False]
        assert [own in page for page in said] == [False, True, False]
        assert [pooled in page for page in said] == [False, False, True]
        # Of ¥200, of which each has brought 900 to 950.
        told = expected(Past(brought))
        assert told is not None
        reads = told.reads(20_000)
        assert reads is not None
        assert f"{reads.low:,}" in said[1]
        assert f"{reads.high:,}" in said[1]
