"""Files, programs and charts say how close the numbers of a sample are."""

import csv
import io
import json
from datetime import datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pyarrow as pa
import pytest

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from reports.attribution import restatements
from reports.attribution.models import ReportDay
from reports.attribution.ratios import Ratios
from reports.metrics.sums import MICRO
from reports.tests.factory import credit, day, publish
from reports.tests.sampled_reports import BETWEEN, HALF, RATIO, address, printed, sampled

pytestmark = pytest.mark.django_db
__all__ = ["sampled"]


def test_as_of_a_moment_estimates_are_what_they_were(
    shop: Merchant, sampled: list[ReportDay], sunscreen: Listing
) -> None:
    told = json.loads(printed(shop, format="json"))
    with clock.at(clock.now() + timedelta(minutes=1)):
        ReportDay.objects.filter(pk=sampled[1].pk).update(superseded_at=clock.now())
        (again,) = publish(shop, day(1))
        credit(again, sunscreen, "order", value_fen=100)
        assert "samples" not in json.loads(printed(shop, format="json"))
        moment = datetime.fromisoformat(told["as_of"])
        assert json.loads(printed(shop, format="json", as_of=moment)) == told


def test_files_have_columns_for_the_bounds_and_the_ratio(
    shop: Merchant, sampled: list[ReportDay]
) -> None:
    lines = list(csv.DictReader(io.StringIO(printed(shop, format="csv", by="day"))))
    full, half = lines
    [low] = [head for head in half if head.endswith("[credited_gmv_low]")]
    [high] = [head for head in half if head.endswith("[credited_gmv_high]")]
    [value] = [head for head in half if head.endswith("[credited_gmv]")]
    assert full[low] == full[value] == full[high] == "10.00"
    assert half[value] == "40.00"
    assert 20 < float(half[low]) < 40 < float(half[high]) < 60
    assert (full[RATIO], half[RATIO]) == ("", "0.5")
    [plain] = csv.DictReader(io.StringIO(printed(shop, 2, format="csv", by="note")))
    assert plain[RATIO] == "0.5"


def test_files_of_full_days_are_as_they_were(shop: Merchant, sunscreen: Listing) -> None:
    (full,) = publish(shop, day(1))
    credit(full, sunscreen, "order", value_fen=1000)
    assert "ampling" not in printed(shop, 1, format="csv")
    told = json.loads(printed(shop, 1, format="json"))
    assert "samples" not in told
    assert "intervals" not in told["total"]
    assert told["total"]["credited_gmv"] == 1000


def test_json_has_the_bounds_of_every_estimate(shop: Merchant, sampled: list[ReportDay]) -> None:
    told = json.loads(printed(shop, format="json", by="day"))
    assert told["samples"] == [{"ratio": "0.5", "days": [[day(1).isoformat()] * 2]}]
    assert told["confidence_percent"] == 95
    assert told["total"]["credited_gmv"] == 5000
    low, high = told["total"]["intervals"]["credited_gmv"]
    assert 3000 <= low < 5000 < high
    assert "reads" not in told["total"]["intervals"]
    assert told["orders"]["intervals"]["all_orders"][0] >= 21
    full, half = told["rows"]
    assert "intervals" not in full
    assert half["intervals"]["credited_orders"][1] > 40 * MICRO
    [gmv] = [metric for metric in told["metrics"] if metric["code"] == "credited_gmv"]
    assert gmv["statistic"] == "sum"


def test_the_command_says_it_in_its_table(shop: Merchant, sampled: list[ReportDay]) -> None:
    said = printed(shop)
    assert "50% sample, which is not 50% accuracy" in said
    assert said.count(BETWEEN) > 6
    assert BETWEEN not in printed(shop, 2, by="note").replace(said, "") or said


def test_the_chart_has_a_band_and_its_table_twin_the_same_bounds(
    client_of: Any, alice: User, shop: Merchant, sampled: list[ReportDay]
) -> None:
    page = client_of(alice).get(address(shop)).context["page"]
    gmv, _orders = json.loads(page.chart)["series"]
    assert gmv["values"] == [10, 40]
    assert gmv["lows"][0] == gmv["highs"][0] == 10
    assert gmv["lows"][1] < 40 < gmv["highs"][1]
    table = unescape(client_of(alice).get(address(shop, by="day")).content.decode())
    assert BETWEEN in gmv["texts"][1]
    assert gmv["texts"][1].partition(", ")[2] in table
    full = json.loads(client_of(alice).get(address(shop, 2, 2)).context["page"].chart)
    assert "lows" not in full["series"][0]


def test_headlines_of_a_day_are_of_the_whole(sampled: list[ReportDay]) -> None:
    half = sampled[1]
    told = restatements.headlines([(half.pk, half.on)])[half.pk]
    assert (told["credited_micro"], told["credited_fen"]) == (40 * MICRO, 4000)
    assert (told["orders"], told["orders_fen"], told["touches"]) == (40, 4000, 100)


def test_a_run_writes_down_which_days_are_sampled() -> None:
    samples = Ratios()
    on = pa.array([day(1), day(2), day(1)], pa.date32())
    rows = {"merchant_id": [1, 1, 2], "on": on}
    ratio = pa.array([HALF, None, Decimal("0.25")], pa.decimal128(7, 6))
    samples.add("credit", pa.RecordBatch.from_pydict({**rows, "sampling_ratio": ratio}))
    samples.add("touch", pa.RecordBatch.from_pydict({**rows, "sampling_ratio": [None] * 3}))
    samples.add("conversion", pa.RecordBatch.from_pydict(rows))
    assert samples.of((1, day(1))) == {"credit": ["0.5"]}
    assert samples.of((2, day(1))) == {"credit": ["0.25"]}
    assert samples.of((1, day(2))) == {}
