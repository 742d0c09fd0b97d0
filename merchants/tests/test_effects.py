"""The name of what a rule change does is the same wherever the same is told."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from merchants.openings.deciding import Rule
from merchants.openings.effects import Effect, Told
from merchants.openings.policy import Cell

NOW = datetime(2026, 4, 1, tzinfo=UTC)


def told(merchants: Iterable[int]) -> Told:
    begins = NOW + timedelta(days=1)
    rule = Rule(1, 1, "note_body", "tmall", 1, "pilot", begins, merchants=frozenset(merchants))
    cell = Cell("pilot", rule, None)
    effect = Effect("Beauty", begins, Cell("closed", None, None), cell, None)
    return Told(NOW, [effect], [], None, 2, None, is_rollback=False)


def test_a_list_of_a_pilot_has_one_name_in_whichever_order_it_was_read() -> None:
    assert str(frozenset([8, 16])) != str(frozenset([16, 8])), "equal, and printed otherwise"
    assert told([8, 16]).seen == told([16, 8]).seen
    assert told([8, 16]).seen != told([8, 17]).seen
