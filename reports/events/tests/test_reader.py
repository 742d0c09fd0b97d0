"""Whatever a file holds, each of its records is accepted or rejected, once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from merchants.marketplaces.placements import Placement
from reports.events import contract, csv_rows, privacy
from reports.events.reader import Reading
from reports.events.rules import Rules
from reports.events.unpacking import Block

HEAD = "event_id,occurred_at,user_id,note_id,kind"
RULES = Rules(contract.TOUCHPOINTS, privacy.plain, datetime(2026, 6, 1, tzinfo=UTC))
_good = st.just("t1,2026-01-31T08:00:00Z,u1,n1,view")
_odd = st.text(st.sampled_from('ab1,"\r\x00笔-:TZ '), max_size=30)


def test_the_contract_knows_every_placement() -> None:
    assert set(contract.PLACEMENTS) == set(Placement.values)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lines=st.lists(_good | _odd, min_size=1, max_size=20))
def test_no_line_is_lost_or_counted_twice(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "any.csv"
    path.write_text("\n".join([HEAD, *lines]) + "\n", newline="")
    try:
        chunks = list(Reading(path, RULES))
    except contract.BadFile:
        assert not any(line.strip("\r") for line in lines)  # Only blank lines.
        return
    seen = [line for chunk in chunks for line in chunk.accepted["line"].to_pylist()]
    seen += [row.line for chunk in chunks for row in chunk.rejected]
    assert len(seen) == len(set(seen))
    good = [at for at, line in enumerate(lines, start=2) if line.startswith("t1,")]
    if not any('"' in line for line in lines):
        filled = [at for at, line in enumerate(lines, start=2) if line not in {"", "\r"}]
        assert sorted(seen) == filled
        assert set(good) <= {line for c in chunks for line in c.accepted["line"].to_pylist()}


@pytest.mark.parametrize("line", ["t1,2026-01-31T08:00:00Z,u1,n1,view", 't1,"2026",u,"n""1",x'])
def test_the_fast_and_the_slow_way_agree(line: str) -> None:
    header = csv_rows.Header(HEAD, contract.TOUCHPOINTS)
    block = Block(2, f"{line}\n".encode())
    fast, slow = csv_rows._parse_fast(block, header), csv_rows._parse_slowly(block, header)
    assert fast is not None
    assert fast.columns == slow.columns
    assert (fast.lines == slow.lines).all()
