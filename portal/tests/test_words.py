"""Values read the same in sentences, tables, charts and mails."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.utils import translation

from portal import words

# Seven in the morning of the next day, in Shanghai.
LATE = datetime(2026, 1, 30, 23, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("read", "value", "text"),
    [
        (words.yuan, 123_456, "¥1,234.56"),
        (words.yuan, 5, "¥0.05"),
        (words.yuan, 0, "¥0.00"),
        (words.yuan, -2_550, "−¥25.50"),
        (words.count, 1_234_567, "1,234,567"),
        (words.count, -3, "−3"),
        (words.decimal, Decimal("1234.5"), "1,234.5"),
        (words.decimal, Decimal("0.333333"), "0.333333"),
        (words.percent, Fraction(1, 3), "33.3%"),
        (words.percent, Decimal("0.0005"), "0.0%"),
        (words.percent, Decimal("0.0015"), "0.2%"),
        (words.percent, Fraction(123, 10), "1,230.0%"),
        (words.percent, Fraction(-1, 8), "−12.5%"),
        (words.day, date(2026, 1, 31), "2026-01-31"),
        (words.day, LATE, "2026-01-31"),
        (words.instant, LATE, "2026-01-31 07:04"),
        (words.exact_instant, LATE, "2026-01-31 07:04:05 Shanghai time"),
        (words.file_size, 1 << 30, "1.0\xa0GB"),
    ],
)
def test_a_value_reads(read: Callable[[Any], str], value: object, text: str) -> None:
    assert read(value) == text


@pytest.mark.parametrize(
    "read", [words.yuan, words.count, words.decimal, words.percent, words.day, words.instant]
)
def test_the_unknown_is_a_dash_and_not_a_zero(read: Callable[[Any], str]) -> None:
    assert read(None) == "–" != read(0 if read not in {words.day, words.instant} else LATE)


def test_a_column_of_decimals_can_have_one_precision() -> None:
    assert words.decimal(1234.5, 2) == "1,234.50"


def test_fen_are_exact_in_yuan() -> None:
    assert words.in_yuan(10) == Decimal("0.1")


def test_a_moment_without_zone_is_one_of_shanghai() -> None:
    assert words.instant(LATE.replace(tzinfo=None)) == "2026-01-30 23:04"


def test_a_period_names_its_first_and_last_day() -> None:
    assert words.period(date(2026, 1, 1), date(2026, 1, 31)) == "2026-01-01 – 2026-01-31"


@pytest.mark.parametrize(
    ("language", "name", "one", "many", "short", "long"),
    [
        ("en", "Spring", "1 day", "3 days", "under an hour", "30 hours"),
        ("zh-hans", "春", "1 天", "3 天", "不到 1 小时", "30 小时"),
    ],
)
def test_names_and_spans_are_in_the_readers_language(
    language: str, name: str, one: str, many: str, short: str, long: str
) -> None:
    with translation.override(language):
        assert words.name("春", "Spring") == name
        assert (words.days(1), words.days(3)) == (one, many)
        assert words.duration(timedelta(minutes=59)) == short
        assert words.duration(timedelta(hours=30, minutes=59)) == long


@pytest.mark.parametrize(
    ("language", "nearest"),
    [("zh-hans", "zh-hans"), ("zh_TW.UTF-8", "zh-hans"), ("de", "en"), ("", "en"), (None, "en")],
)
def test_every_language_is_near_to_one_of_ours(language: str | None, nearest: str) -> None:
    assert words.nearest(language) == nearest
