import pytest

from portal import typed
from portal.refusals import Refusal


@pytest.mark.parametrize(
    "text",
    [
        "1234.50", "1234.5", "1,234.50", "1，234.5", "1 234.50", "¥1,234.50", "￥１２３４．５",
        "1234.5元",
        "人民币1234.50元", "RMB 1234.5", "CNY1234.50", "0.12345万", "\u200b1234.50\u00a0",
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_write_it(text: str) -> None:
    assert typed.fen_of(text) == 123_450


@pytest.mark.parametrize(
    ("text", "fen"),
    [("1万", 1_000_000), ("1.5万元", 1_500_000), ("2亿", 20_000_000_000), ("100元整", 10_000),
     (".5", 50), ("1.", 100), ("0", 0), ("1,000,000", 100_000_000)],
)  # fmt: skip
def test_units_are_counted(text: str, fen: int) -> None:
    assert typed.fen_of(text) == fen


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1e3", "1e3"), ("１Ｅ３", "1e3"), ("1E+3", "1e3"),
        ("-5", "without a sign"), ("−5", "without a sign"), ("+5", "without a sign"),
        ("(5)", "without a sign"),
        ("1,5", "in two ways"), ("1，5", "in two ways"), ("1,0000", "in two ways"),
        ("10 0", "in two ways"), ("1,000,00", "in two ways"), ("1,000.5.0", "in two ways"),
        ("1.234", "two decimals"), ("1.2345678万", "two decimals"),
        ("$5", "in yuan"), ("5美元", "in yuan"), ("1。5", "in yuan"), ("一千", "in yuan"),
        ("much", "in yuan"), ("万", "in yuan"), ("", "in yuan"), ("1w", "in yuan"),
        ("NaN", "in yuan"), ("Infinity", "in yuan"), ("0x10", "in yuan"), ("١٢", "in yuan"),
    ],
)  # fmt: skip
def test_what_is_no_plain_amount_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        typed.fen_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05",
        "2026-1-5",
        "2026/1/5",
        "2026.01.05",
        "2026年1月5日",
        "20260105",
        "２０２６／１／５",
    ],
)
def test_a_day_is_read_in_any_writing_that_begins_with_the_year(text: str) -> None:
    assert typed.as_iso(text) == "2026-01-05"
    assert typed.as_iso(f"{text} 08:30") == "2026-01-05 08:30"


@pytest.mark.parametrize("text", ["1/5/2026", "2026-01/05", "2026-02-30", "202601051", "soon"])
def test_what_is_no_day_stays_as_it_was_typed(text: str) -> None:
    assert typed.as_iso(text) == text
