import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import meaning
from portal.refusals import Refusal, given_reason


@pytest.mark.parametrize(
    "typed",
    [
        "SK-II", " SK-II\n", "ＳＫ－ＩＩ", "\ufeffSK-II", "SK\u200b-I\u00adI", "\u202eSK-II\u202c",
        "S\u2060K-\u200dII\ufe0f", "SK-\u0000II\u007f", "\u3000SK-II\u00a0\u2800",
    ],
)  # fmt: skip
def test_a_name_is_kept_as_it_is_meant(typed: str) -> None:
    assert meaning.line(typed) == meaning.prose(typed) == meaning.identifier(typed) == "SK-II"


@pytest.mark.parametrize(
    "written",
    ["夏天，来了！（上海）～", "SK-II™ 5² ①", "❤️ 👩‍👩‍👧 家", "Crème de la mer", "“价格：¥19”…"],
)
def test_what_the_form_of_a_letter_says_stays(written: str) -> None:
    assert meaning.line(written) == written


def test_a_name_has_one_line_and_a_reason_as_many_as_were_written() -> None:
    assert meaning.line("Acme\r\nBcc: all@example.com\u2028Ltd") == "Acme Bcc: all@example.com Ltd"
    assert meaning.prose(" One.\r\n\r\nTwo  parts. \n") == "One.\n\nTwo parts."


@pytest.mark.parametrize(
    "typed",
    ["BUGS-DEP-1", " bugs-dep-1 ", "ＢＵＧＳ－ＤＥＰ－１", "bugs–dep—1", "BUGS -\u200bDEP-\u00a01"],
)
def test_the_same_id_has_one_key(typed: str) -> None:
    assert meaning.key(typed) == "bugs-dep-1"


def test_other_ids_have_other_keys() -> None:
    assert len({meaning.key(typed) for typed in ["1-11", "11-1", "111", "Ⅱ-1", "2-1"]}) == 5


def test_a_search_is_words() -> None:
    assert meaning.words("神仙水，ＳＫ－ＩＩ（230ml）") == ["神仙水", "SK-II", "230ml"]
    assert meaning.words(" \u200b，。!") == []


def test_a_reason_that_nobody_sees_is_none() -> None:
    for typed in ["", " \n", "\u200b", "\u3000\u3164", "\u2800\ufeff\u00ad"]:
        with pytest.raises(Refusal):
            given_reason(typed)


@given(st.text(max_size=30))
def test_cleaning_twice_is_cleaning_once(typed: str) -> None:
    for clean in (meaning.line, meaning.prose, meaning.published, meaning.identifier, meaning.key):
        assert clean(clean(typed)) == clean(typed)
    assert meaning.key(meaning.line(typed)) == meaning.key(typed)
    assert len(meaning.published(typed)) <= len(typed)
    meaning.line(typed).encode()
