"""How a round divides a fund: never too much to anybody, as even as can be, and always the same."""

import json
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.funds.waterfill import Inputs, Request, allocate, level, reserve_fen
from campaigns.tests.programmes import ROOM, farthest

SEED = "2026-11-30"


def asking(*fen: int, fund_fen: int, small: int = 0, **limits: Any) -> Inputs:
    """A request of each of `fen` by a company of its own, of which the first `small` are small."""
    requests = tuple(
        Request(pk=number, merchant=number, company=f"c{number}", is_small=number < small,
                asked_fen=asked)
        for number, asked in enumerate(fen)
    )  # fmt: skip
    nothing: dict[str, Any] = {
        "reserve_permille": 0, "merchants_left_fen": {}, "companies_left_fen": {},
    }  # fmt: skip
    return Inputs(fund_fen=fund_fen, seed=SEED, requests=requests, **{**nothing, **limits})


def a_round(dice: random.Random, most: int = 12) -> Inputs:
    """Up to `most` requests of some companies with some merchants and limits."""
    companies = {f"c{number}": dice.random() < 0.6 for number in range(dice.randint(1, most))}
    requests = []
    for pk in range(dice.randint(1, most)):
        company = dice.choice(list(companies))
        merchant = 10 * int(company[1:]) + dice.randint(0, 1)
        fen = dice.choice([dice.randint(1, 50), dice.randint(1, 5_000), dice.randint(1, 900_000)])
        requests.append(Request(pk, merchant, company, companies[company], fen))
    asked = sum(request.asked_fen for request in requests)
    return Inputs(
        fund_fen=dice.choice([dice.randint(0, asked), asked // 3, asked * 2]),
        reserve_permille=dice.choice([0, 300, 700, 1000]),
        seed=str(dice.random()),
        requests=tuple(requests),
        merchants_left_fen={
            request.merchant: dice.randint(0, 400_000)
            for request in requests if dice.random() < 0.2
        },
        companies_left_fen={
            company: dice.randint(0, 600_000) for company in companies if dice.random() < 0.2
        },
    )  # fmt: skip


ROUNDS = st.integers(0, 2**32).map(lambda seed: a_round(random.Random(seed)))


def of(inputs: Inputs, given: dict[int, int], **who: Any) -> int:
    """What the requests with these fields get together (fen)."""
    return sum(
        given[request.pk]
        for request in inputs.requests
        if all(getattr(request, name) == value for name, value in who.items())
    )


@pytest.mark.parametrize(
    ("inputs", "given"),
    [
        (asking(100, 200, 300, fund_fen=600), [100, 200, 300]),
        (asking(100, 200, 300, fund_fen=9_000), [100, 200, 300]),
        (asking(100, 200, 300, fund_fen=500), [100, 200, 200]),
        (asking(100, 200, 300, fund_fen=270), [90, 90, 90]),
        (asking(100, 200, 300, fund_fen=0), [0, 0, 0]),
        (asking(10, 900, 900, fund_fen=910, companies_left_fen={"c1": 50}), [10, 50, 850]),
        (asking(10, 900, 900, fund_fen=910, merchants_left_fen={2: 0}), [10, 900, 0]),
        # The level alone would give the small one 100 of 300; half is kept for it.
        (asking(400, 400, 400, fund_fen=300, small=1, reserve_permille=500), [150, 75, 75]),
        (asking(120, 400, 400, fund_fen=300, small=1, reserve_permille=500), [120, 90, 90]),
        (asking(80, 400, 400, fund_fen=300, small=1, reserve_permille=500), [80, 110, 110]),
    ],
)
def test_everybody_gets_up_to_the_same_level(inputs: Inputs, given: list[int]) -> None:
    assert list(allocate(inputs).values()) == given


def test_the_last_fen_go_by_a_seeded_order_and_nobody_is_two_ahead() -> None:
    by_seed = [level(1_003, dict.fromkeys("abcdefg", 500), str(seed)) for seed in range(50)]
    for shares in by_seed:
        fen = shares.values()
        assert (min(fen), max(fen), sum(fen)) == (143, 144, 1_003)
    assert len({frozenset(shares.items()) for shares in by_seed}) > 10


@given(ROUNDS)
def test_never_above_fund_request_or_cap_and_nothing_is_left_that_somebody_could_take(
    inputs: Inputs,
) -> None:
    given = allocate(inputs)
    asked = {request.pk: request.asked_fen for request in inputs.requests}
    assert given.keys() == asked.keys()
    assert all(0 <= given[pk] <= asked[pk] for pk in asked)
    for merchant, left in inputs.merchants_left_fen.items():
        assert of(inputs, given, merchant=merchant) <= left
    for company, left in inputs.companies_left_fen.items():
        assert of(inputs, given, company=company) <= left
    could = sum(allocate(replace(inputs, fund_fen=10**12)).values())
    assert sum(given.values()) == min(inputs.fund_fen, could)


@given(ROUNDS)
def test_the_reserve_is_kept(inputs: Inputs) -> None:
    could = allocate(replace(inputs, fund_fen=10**12))
    kept = reserve_fen(inputs, of(inputs, could, is_small=True))
    assert of(inputs, allocate(inputs), is_small=True) >= kept


@given(ROUNDS)
def test_what_is_stored_gives_the_same_fen_again(inputs: Inputs) -> None:
    again = Inputs.of(json.loads(json.dumps(inputs.stored())))
    assert again == inputs
    assert allocate(again) == allocate(inputs)
    assert allocate(replace(inputs, requests=inputs.requests[::-1])) == allocate(inputs)


@given(ROUNDS, st.integers(1, 5))
def test_splitting_a_request_gains_its_company_nothing_and_takes_nothing_from_others(
    inputs: Inputs, parts: int
) -> None:
    first, *others = inputs.requests
    each, rest = divmod(first.asked_fen, parts)
    split = [
        replace(first, pk=1_000 + part, asked_fen=each + (part < rest))
        for part in range(parts) if each + (part < rest)
    ]  # fmt: skip
    apart = replace(inputs, requests=(*split, *others))
    for company in {request.company for request in inputs.requests}:
        before = of(inputs, allocate(inputs), company=company)
        assert of(apart, allocate(apart), company=company) == before


def test_of_a_company_with_two_merchants_neither_gains_by_the_other() -> None:
    """The twin: with each merchant a unit of its own, the company of two gets twice as much."""
    inputs = asking(500, 500, 500, fund_fen=600)
    one, two, other = inputs.requests
    together = replace(inputs, requests=(one, replace(two, company=one.company), other))
    assert list(allocate(together).values()) == [150, 150, 300]
    assert list(allocate(inputs).values()) == [200, 200, 200]


@pytest.mark.parametrize("seed", range(40))
def test_it_is_within_a_fen_of_successive_linear_programmes(seed: int) -> None:
    inputs = a_round(random.Random(seed))
    assert farthest(inputs) <= 1 + 20 * ROOM
