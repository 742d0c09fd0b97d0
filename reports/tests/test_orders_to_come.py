"""By touch day reads are counted before the orders that they may earn have come."""

import csv
import io
import json
from datetime import date
from typing import Any

import pytest

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal.accounts.models import User
from reports.answers.answer import answer
from reports.answers.cut import cut
from reports.answers.question import By
from reports.answers.side_by_side import compare
from reports.attribution.choices import Model
from reports.metrics import registry as metrics
from reports.metrics.sums import MICRO
from reports.sources.models import EventKind
from reports.sources.slices import Slice
from reports.tests.factory import conversion, credit, day, publish, touch
from reports.tests.test_time_base import address, ask, printed


def without_orders(first: date) -> None:
    """From that day on nothing of any store has come."""
    Slice.objects.filter(source__events=EventKind.CONVERSIONS, on__gte=first).delete()


@pytest.mark.parametrize("has_come", [False, True])
def test_reads_are_counted_before_orders_come_and_0_orders_only_where_somebody_says_so(
    shop: Merchant, sunscreen: Listing, client_of: Any, alice: User, has_come: bool
) -> None:
    """On the first of four days she sold; of the other three nothing has come, or that nothing was
    sold, which is the twin."""
    days = publish(shop, *(day(ago) for ago in range(4, 0, -1)))
    for report_day in days:
        touch(report_day, sunscreen, "view", touchpoints=10)
    credit(days[0], sunscreen, "order", value_fen=500)
    conversion(days[0], sunscreen, level="product", value_fen=500)
    if not has_come:
        without_orders(day(3))
    report = answer(ask(shop, 4, 1, by=By.DAY))
    none = 0 if has_come else None
    assert [row.of(metrics.READS) for row in report.rows] == [10] * 4
    assert [row.of(metrics.ORDERS) for row in report.rows] == [MICRO, none, none, none]
    in_order = report.rows.in_order(metrics.ORDERS, is_descending=False)
    assert next(row.of(metrics.ORDERS) for row in in_order) == (0 if has_come else MICRO)
    total = [report.metric(one).of(report.total) for one in (metrics.READS, metrics.ORDERS)]
    assert total == [40, MICRO]
    for by in (By.NOTE, By.DAY, By.STORE_KIND):
        late = answer(ask(shop, 2, 1, by=by))
        assert late.metric(metrics.ORDERS).of(late.total) == none
        assert late.metric(metrics.READS).of(late.total) == 20
        assert {row.of(metrics.GMV) for row in late.rows} == {none}
    told = json.loads(printed(shop, first=4, last=1, format="json"))
    awaited = [] if has_come else [str(day(ago)) for ago in (3, 2, 1)]
    assert told["without_orders"] == awaited
    [line] = csv.DictReader(io.StringIO(printed(shop, first=4, last=1, format="csv")))
    assert line["Orders not arrived"] == ("" if has_come else f"{day(3)}/{day(1)}")
    page = client_of(alice).get(address(shop, 4, 1, by="day")).content.decode()
    assert ("of which reads have come and orders have not" in page) == (not has_come)
    said = printed(shop, first=4, last=1, format="table")
    assert ("of which reads have come and orders have not" in said) == (not has_come)
    chart = json.loads(client_of(alice).get(address(shop, 2, 1)).context["page"].chart)
    assert chart["series"][1]["values"] == [none, none]
    note = cut(ask(shop, 2, 1), sunscreen.note)
    assert [metric.of(note.sums) for metric in note.metrics] == [20, 0, none, none]
    models = compare(ask(shop, 2, 1)).rows
    assert models.facts.metric(metrics.GMV).of(models.totals[Model.LINEAR]) == none
