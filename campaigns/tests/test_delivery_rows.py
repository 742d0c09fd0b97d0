"""What an ad server writes is a row, or it is refused by its field."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.delivery.rows import Fault, Row, Unreadable, read
from campaigns.tests.conftest import NOON

GOOD: dict[str, Any] = {
    "boost_id": "b1",
    "hour": "2026-03-02T11:00:00+08:00",
    "revision": 3,
    "impressions": 100,
    "clicks": 4,
    "spend_fen": 250,
}


def test_a_row_is_read_with_its_hour_in_utc() -> None:
    row = read({**GOOD, "is_final": True, "more": "is not asked"}, at=NOON)
    assert row == Row("b1", datetime(2026, 3, 2, 3, tzinfo=UTC), 3, 100, 4, 250, True)


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("boost_id", "", Fault.NOT_A_TEXT),
        ("boost_id", 7, Fault.NOT_A_TEXT),
        ("boost_id", "b\x00", Fault.NOT_A_TEXT),
        ("boost_id", "b" * 41, Fault.NOT_A_TEXT),
        ("hour", "2026-03-02T11:00:00", Fault.NOT_AN_HOUR),
        ("hour", "2026-03-02T11:30:00+08:00", Fault.NOT_AN_HOUR),
        ("hour", "2026-03-02T11:00:00+05:30", Fault.NOT_AN_HOUR),
        ("hour", "0001-01-01T00:00:00+08:00", Fault.NOT_AN_HOUR),
        ("hour", 1, Fault.NOT_AN_HOUR),
        ("hour", "2026-03-02T13:00:00+08:00", Fault.IN_THE_FUTURE),
        ("hour", "2025-01-01T00:00:00+08:00", Fault.TOO_OLD),
        ("revision", 0, Fault.NOT_A_NUMBER),
        ("revision", True, Fault.NOT_A_NUMBER),
        ("revision", 2**31, Fault.NOT_A_NUMBER),
        # The last of a counter that ran over: nothing could correct it.
        ("revision", 2**31 - 1, Fault.REVISION_JUMPS),
        ("revision", 2_000_000_001, Fault.REVISION_JUMPS),
        ("impressions", -1, Fault.NOT_A_NUMBER),
        ("impressions", 1.0, Fault.NOT_A_NUMBER),
        ("clicks", "4", Fault.NOT_A_NUMBER),
        ("clicks", None, Fault.NOT_A_NUMBER),
        ("spend_fen", 10**13, Fault.NOT_A_NUMBER),
        ("is_final", 1, Fault.NOT_A_FLAG),
    ],
)
def test_what_is_no_value_is_refused_by_its_field(field: str, value: object, fault: Fault) -> None:
    with pytest.raises(Unreadable) as refused:
        read({**GOOD, field: value}, at=NOON)
    assert (refused.value.field, refused.value.fault) == (field, fault)


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*GOOD]), inner),
    max_leaves=8,
)


@given(json)
@settings(max_examples=40)
def test_nothing_that_json_can_say_is_an_error_of_ours(raw: object) -> None:
    with suppress(Unreadable):
        read(raw, at=NOON)
