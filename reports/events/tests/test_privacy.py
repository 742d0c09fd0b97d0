"""What may be shown of a value in a row that was not taken: what is recognised, no more."""

import pytest

from reports.events.contract import CONVERSIONS, TOUCHPOINTS
from reports.events.privacy import shown, shown_json, shown_loose

COLUMNS = {column.name: column for column in CONVERSIONS.columns + TOUCHPOINTS.columns}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("occurred_at", "2026-02-30T08:00:00Z"), ("occurred_at", "2026/1/31 8:00"),
        ("occurred_at", "2026年1月31日"), ("value_fen", "-1"), ("value_fen", "1.50"),
        ("value_fen", "¥1,234.5"), ("kind", "View"), ("kind", "views"), ("kind", ""),
        ("placement", "notebody"), ("is_new_customer", "TRUE"),
    ],
)  # fmt: skip
def test_what_is_nearly_right_is_shown_as_it_was_sent(name: str, value: str) -> None:
    assert shown(COLUMNS[name], value) == value


@pytest.mark.parametrize("name", sorted(COLUMNS))
@pytest.mark.parametrize(
    "person", ["secret-person", "SECRET-PERSON", "13800138000", "138-0013-8000", "u1", "李雷"]
)
def test_a_person_is_shown_in_no_column(name: str, person: str) -> None:
    assert person not in shown(COLUMNS[name], person)
    assert person not in shown(COLUMNS[name], f" {person}\t")
    assert person not in shown_loose(person)


def test_an_id_of_a_thing_is_shown_by_its_ends() -> None:
    assert shown(COLUMNS["event_id"], "order-20260131-77") == "or…77"
    assert shown(COLUMNS["event_id"], "o-77") == "***"
    assert shown(COLUMNS["value_fen"], str(10**18)) == "10…00"


def test_what_is_not_ours_is_not_kept() -> None:
    assert [shown(None, value) for value in ("2026-01-31", "view", "")] == ["***", "***", ""]
    line = '{"kind": "view", "kind": "viev", "secret-person": 1, "note_id": {"user_id": "u"}}'
    assert shown_json(line, TOUCHPOINTS) == '{"note_id": "***", "kind": "viev"}'
    assert shown_json('["secret-person"]', TOUCHPOINTS) == "***"
    assert shown_json('{"user_id": "secret-person', TOUCHPOINTS) == "(unreadable, not kept)"
