"""What names tie together is found by the index, and nothing else of history is read."""

import shutil
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from django.core.management import CommandError

from merchants.listings.models import Listing
from portal import clock
from portal.jobs import runner
from reports.attribution import kin
from reports.attribution.models import ReportDay
from reports.attribution.tests.conftest import Take
from reports.attribution.tests.steps import LAST, attribute, credited, noon, order, touch
from reports.lake import tables as lake

pytestmark = pytest.mark.django_db


@pytest.fixture
def long_ago(live_listing: Listing, take: Take) -> Listing:
    """An order of 90 days ago, a refund of it, and orders of other days between them."""
    live_listing.periods.update(live_from=clock.now() - timedelta(days=200))
    take("community", touch("t1", live_listing, days_ago=91))
    others = (order(f"x{ago}", live_listing, occurred_at=noon(ago)) for ago in (80, 70, 60))
    first = order("c1", live_listing, order_id="o1", occurred_at=noon(90))
    take("taobao_tmall", first, *others)
    take("taobao_tmall", order("r1", live_listing, kind="refund", refund_of="c1", value_fen=30))
    return live_listing


def lose(days_ago: Iterable[int]) -> None:
    """What nobody may read is not there."""
    days = {LAST - timedelta(days=ago) for ago in days_ago}
    for file in lake.of_days(lake.files("conversions"), days):
        Path(file).rename(f"{file}.away")


@pytest.mark.usefixtures("long_ago")
def test_the_order_of_a_refund_is_found_without_the_days_between() -> None:
    lose([80, 70, 60])
    attribute()
    of_refunds = credited(model="linear", window_days=15, kind="refund")
    assert of_refunds == {"credit": 1_000_000, "value": -30}


@pytest.mark.usefixtures("long_ago")
def test_without_the_index_the_days_between_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "MAX_ATTEMPTS", 1)
    shutil.rmtree(lake.path("conversions").parent / "index")
    lose([80, 70, 60])
    with pytest.raises(CommandError):
        attribute()


def test_a_late_order_finds_its_refunds_without_the_days_between(
    long_ago: Listing, take: Take
) -> None:
    attribute()
    assert not ReportDay.objects.current().exclude(stale_at=None).exists()
    lose([80, 70, 60])
    take("taobao_tmall", order("c1", long_ago, occurred_at=noon(90), value_fen=80))
    assert ReportDay.objects.current().exclude(stale_at=None).get().on == LAST


def test_kin_are_all_lines_and_refunds_of_an_order_and_nobody_else(
    long_ago: Listing, take: Take
) -> None:
    """By each of its names, over two steps: a refund, its line, another line, its refund."""
    take("jd", order("c2", long_ago, order_id="o1", occurred_at=noon(50)))
    take("jd", order("r2", long_ago, kind="refund", refund_of="c2", occurred_at=noon(40)))
    take("jd", order("r3", long_ago, kind="refund", refund_of="o1", occurred_at=noon(30)))
    take("jd", order("r4", long_ago, kind="refund", refund_of="x80", occurred_at=noon(20)))
    store = long_ago.product.store.external_id
    with duckdb.connect() as con:
        con.execute("CREATE TABLE kin_names AS SELECT ? AS store_id, 'c1' AS name", [store])
        found = kin.files_of(con, lake.files("conversions"))
    ago = {(LAST - lake.day_of(file)).days for file in found}
    assert ago == {90, 50, 40, 30, 0}
