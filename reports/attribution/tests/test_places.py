"""Which report day a row of facts belongs to, and its number there."""

from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from reports.attribution.models import ReportDay
from reports.attribution.publish import Places

ON = date(2026, 3, 1)


def report_day(pk: int, merchant_id: int, days_later: int = 0) -> ReportDay:
    return ReportDay(pk=pk, merchant_id=merchant_id, on=ON + timedelta(days=days_later))


def rows(*of: tuple[int, int]) -> pa.RecordBatch:
    """A row for each merchant and day, and what it counts: its place."""
    days = [ON + timedelta(days=days_later) for _merchant, days_later in of]
    return pa.RecordBatch.from_pydict(
        {"merchant_id": [merchant for merchant, _ in of], "on": days, "counted": range(len(of))}
    )


def placed(batch: pa.RecordBatch) -> list[tuple[Any, ...]]:
    return [(row["counted"], row["report_day_id"], row["row"]) for row in batch.to_pylist()]


def test_rows_are_numbered_in_their_report_day_over_all_batches_of_a_table() -> None:
    places = Places([report_day(90, 7), report_day(80, 7, 1), report_day(70, 3)])
    first = places.of("credit", rows((3, 0), (7, 0), (7, 0), (7, 1), (3, 0)))
    assert placed(first) == [(0, 70, 1), (1, 90, 1), (2, 90, 2), (3, 80, 1), (4, 70, 2)]
    assert placed(places.of("credit", rows((7, 1), (3, 0)))) == [(0, 80, 2), (1, 70, 3)]
    assert placed(places.of("touch", rows((7, 1)))) == [(0, 80, 1)]


def test_rows_of_other_merchants_and_days_are_left_out() -> None:
    places = Places([report_day(90, 7)])
    assert placed(places.of("credit", rows((6, 0), (7, 0), (7, 1), (8, 0)))) == [(1, 90, 1)]


def test_without_report_days_no_row_has_a_place() -> None:
    assert placed(Places([]).of("credit", rows((7, 0)))) == []
