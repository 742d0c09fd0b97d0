"""Who pays what of a boost: by rule alone, whatever was told in whatever order."""

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.boosts.lines import order, paid
from campaigns.funds.models import DrawOrder, FundingSource


@dataclass(frozen=True)
class Line:
    pk: int
    amount_fen: int
    source: str = FundingSource.MERCHANT_CASH
    draw_order: str = DrawOrder.USUAL


lines = st.lists(st.integers(1, 10**12), max_size=5).map(
    lambda amounts: [Line(pk, fen) for pk, fen in enumerate(amounts)]
)
CASES = [
    (0, [0, 0, 0]),
    (1, [1, 0, 0]),
    (100, [100, 0, 0]),
    (101, [100, 1, 0]),
    (350, [100, 200, 50]),
    (600, [100, 200, 300]),
]


@pytest.mark.parametrize(("captured_fen", "shares"), CASES)
def test_lines_pay_one_after_the_other(captured_fen: int, shares: list[int]) -> None:
    three = [Line(1, 100), Line(2, 200), Line(3, 300)]
    assert list(paid(three, captured_fen).values()) == shares


@given(lines, st.data())
def test_what_is_captured_is_paid_by_somebody_once(given: list[Line], data: st.DataObject) -> None:
    captured = data.draw(st.integers(0, sum(line.amount_fen for line in given)))
    shares = paid(given, captured)
    assert sum(shares.values()) == captured
    assert all(0 <= shares[line] <= line.amount_fen for line in given)


@given(lines, st.data())
def test_a_line_pays_only_when_those_before_it_are_used_up(
    given: list[Line], data: st.DataObject
) -> None:
    captured = data.draw(st.integers(0, sum(line.amount_fen for line in given)))
    shares = paid(given, captured)
    for before, after in pairwise(given):
        assert shares[before] == before.amount_fen or shares[after] == 0


@given(lines, st.data())
def test_when_the_cost_falls_nobody_pays_more_and_the_last_gets_back_first(
    given: list[Line], data: st.DataObject
) -> None:
    whole = sum(line.amount_fen for line in given)
    low, high = sorted(data.draw(st.tuples(st.integers(0, whole), st.integers(0, whole))))
    less, more = paid(given, low), paid(given, high)
    back = {line: more[line] - less[line] for line in given}
    assert all(fen >= 0 for fen in back.values())
    for before, after in pairwise(given):
        assert back[before] == 0 or less[after] == 0


@given(st.permutations([Line(4, 1, source) for source in FundingSource]))
def test_a_partner_pays_first_and_the_merchant_last(given: list[Line]) -> None:
    assert [line.source for line in order(given)] == [
        FundingSource.PARTNER_GRANT, FundingSource.PLATFORM_GRANT, FundingSource.MERCHANT_CASH,
    ]  # fmt: skip
