"""How numbers of conversions read: whole ones without decimals, a column with one precision."""

from fractions import Fraction

import pytest

from reports.metrics import printing
from reports.metrics.registry import Unit

HALF, THIRD, TWO = 500_000, 333_333, 2_000_000


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (TWO, None, "2"),
        (1_234_000_000, None, "1,234"),
        (THIRD, None, "0.333333"),
        (HALF, None, "0.50"),
        (THIRD, 2, "0.33"),
        (TWO, 2, "2.00"),
        (-HALF, 2, "−0.50"),
        (None, 2, "–"),
    ],
)
def test_a_number_of_conversions_reads(value: int | None, digits: int | None, text: str) -> None:
    assert printing.text(value, Unit.MICRO, digits) == text


@pytest.mark.parametrize(
    ("values", "unit", "digits"),
    [
        ([TWO, 0, None], Unit.MICRO, 0),
        ([TWO, HALF, None], Unit.MICRO, 2),
        ([Fraction(1, 3)], Unit.SHARE, None),
        ([123], Unit.FEN, None),
    ],
)
def test_a_column_has_one_precision(
    values: list[int | Fraction | None], unit: Unit, digits: int | None
) -> None:
    assert printing.digits_of(values, unit) == digits
