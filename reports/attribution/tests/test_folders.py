"""What folders may be called: the lake and its readers take a path for a path."""

from pathlib import Path
from typing import Any

import pytest

from merchants.listings.models import Listing
from portal import clock
from reports.attribution.models import ReportDay
from reports.attribution.tests.conftest import Take
from reports.attribution.tests.steps import LAST, attribute, credited, order, touch
from reports.lake import tables as lake

pytestmark = pytest.mark.django_db
NAMES = ["空 格 #ü?", "a*b{c}d'e\"f&g=h+i;j"]


@pytest.fixture(params=NAMES)
def folder(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> Path:
    folder = tmp_path / str(request.param)
    folder.mkdir()
    settings.VAR_DIR, settings.LAKE_URL = folder, folder / "lake"
    return folder


def test_events_are_taken_in_compared_and_credited_whatever_the_folder_is_called(
    folder: Path, live_listing: Listing, take: Take
) -> None:
    live_listing.periods.update(live_from=clock.now().replace(year=clock.now().year - 1))
    take("community", touch("t1", live_listing, days_ago=1))
    take("taobao_tmall", order("c1", live_listing))
    again = take("taobao_tmall", order("c1", live_listing, value_fen=80))
    assert again.corrected == 1
    take("taobao_tmall", order("r1", live_listing, kind="refund", refund_of="c1", value_fen=30))
    attribute()
    assert credited(model="linear", window_days=15, kind="order")["value"] == 80
    assert credited(model="linear", window_days=15, kind="refund")["value"] == -30
    assert ReportDay.objects.current().filter(on=LAST).exists()
    assert lake.sweep() == 0
    assert [path.name for path in folder.parent.iterdir() if "%" in path.name] == []
