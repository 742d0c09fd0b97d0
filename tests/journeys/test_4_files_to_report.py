"""Files come in by page and command, a real worker joins them, the owner reads the report."""

import csv
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection
from playwright.sync_api import expect

from merchants.companies.models import Merchant
from merchants.listings import verbs as listings
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from portal.jobs.models import Job
from portal.runtime.postgres import same_server
from tests.awaiting import until
from tests.journeys.walk import Walk

NOTE = "64f1c0ffee0000000000beef"


@pytest.fixture
def yesterday() -> date:
    return clock.today() - timedelta(days=1)


@pytest.fixture
def shared(settings: Any) -> None:
    """What the test's worker writes lies where the site of the test looks for it."""
    settings.VAR_DIR = Path(os.environ["PORTAL_VAR"])
    settings.LAKE_URL = str(settings.VAR_DIR / "lake")
    shutil.rmtree(settings.LAKE_URL, ignore_errors=True)


@pytest.fixture
def live(listing: Listing, alice: User) -> Listing:
    """The note's in-app listing, live for a week."""
    assert listing.fallback
    with clock.at(clock.now() - timedelta(days=7)):
        inside = listings.link(
            listing.merchant,
            note=listing.note,
            product=listing.fallback,
            placement="comment_pinned",
            has_ad_label=True,
            by=alice,
        )
        return listings.publish(inside, by=alice)


def test_from_files_to_a_report(
    walk_as: Callable[[User], Walk],
    alice: User,
    admin: User,
    live: Listing,
    shared: None,
    celery_worker: Callable[[], Any],
    yesterday: date,
    tmp_path: Path,
) -> None:
    celery_worker()
    platform, owner = walk_as(admin), walk_as(alice)
    _upload_touchpoints(platform, _touchpoints(tmp_path, yesterday, live))
    _upload_orders(owner, live.merchant, _orders(tmp_path, yesterday))
    _ingest(_late_orders(tmp_path, yesterday))
    report = _compute(owner, live.merchant, yesterday)
    _read(owner)
    _ask_differently(owner)
    _export(owner, report)


def _write(path: Path, header: str, *rows: str) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def _touchpoints(folder: Path, day: date, live: Listing) -> Path:
    return _write(
        folder / "touchpoints.csv",
        "event_id,occurred_at,user_id,note_id,kind,listing_id",
        f"t1,{day}T10:00:00+08:00,lin,{NOTE},view,",
        f"t2,{day}T10:01:00+08:00,lin,{NOTE},click,{live.pk}",
        f"t3,{day}T11:00:00+08:00,chen,{NOTE},view,",
        f"t4,,chen,{NOTE},like,",
    )


def _orders(folder: Path, day: date) -> Path:
    return _write(
        folder / "orders.csv",
        "event_id,occurred_at,user_id,store_id,product_id,kind,value_fen",
        f"o1,{day}T15:00:00+08:00,lin,in_app-1,p-1,order,18990",
        f"o2,{day}T15:30:00+08:00,zhou,in_app-1,p-1,order,18990",
    )


def _late_orders(folder: Path, day: date) -> Path:
    return _write(
        folder / "late.csv",
        "event_id,occurred_at,user_id,store_id,product_id,kind,value_fen",
        f"o3,{day}T20:00:00+08:00,chen,in_app-1,p-1,order,20011",
        f"o1,{day}T15:00:00+08:00,lin,in_app-1,p-1,order,18990",
    )


def _upload_touchpoints(platform: Walk, file: Path) -> None:
    platform.open("/platform/batches/")
    platform.follow("Upload a file")
    platform.fill(source="Community")
    platform.attach("file", file)
    platform.press("Upload", until="3 accepted + 0 duplicate + 1 quarantined = 4 sent")


def _upload_orders(owner: Walk, brand: Merchant, file: Path) -> None:
    owner.open(f"/m/{brand.code}/data/new/")
    owner.fill(source="In-app shops")
    owner.attach("file", file)
    owner.press("Upload", until="2 accepted + 0 duplicate + 0 quarantined = 2 sent")


def _ingest(file: Path) -> None:
    """The operator's command, as a process of its own; the merchant's own row is not the shops'."""
    database = str(connection.settings_dict["NAME"])
    done = subprocess.run(
        [sys.executable, "manage.py", "ingest", "in_app", str(file)],
        cwd=configured.BASE_DIR,
        env={**os.environ, "DATABASE_URL": same_server(database)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "2 accepted, 0 duplicate, 0 quarantined" in done.stdout


def _compute(owner: Walk, brand: Merchant, day: date) -> str:
    address = f"/m/{brand.code}/reports/?first_on={day}&last_on={day}"
    # What was uploaded by hand is computed by itself; what the command took in came after it.
    until(lambda: not Job.objects.open().exists(), otherwise=lambda: "Jobs are still open.")
    owner.open(address)
    owner.press("Compute these days again", until="2 of 3 orders matched")
    return address


def _read(owner: Walk) -> None:
    """Two of three orders are explained; the third is nobody's."""
    owner.sees("2 of 3 orders matched")
    row = owner.main.get_by_role("row", name="敏皮烂脸期靠它稳住了")
    expect(row).to_contain_text("¥390.01")
    expect(owner.main.locator("canvas, svg").first).to_be_visible()


def _ask_differently(owner: Walk) -> None:
    owner.fill(model="First touch")
    expect(owner.page).to_have_url(re.compile("model=first_touch"))
    owner.fill(lookback_window="7 days")
    expect(owner.page).to_have_url(re.compile("window_days=7"))
    owner.main.get_by_role("link", name="Listing", exact=True).click()
    expect(owner.page).to_have_url(re.compile("by=listing"))
    table = owner.main.get_by_role("region", name="Table")
    table.get_by_role("link", name=re.compile("^Reads")).click()
    expect(owner.page).to_have_url(re.compile("sort=-?reads"))
    owner.main.get_by_label("Find a row").fill("nothing like it")
    expect(owner.page).to_have_url(re.compile("q=nothing"))
    owner.sees("Nothing matches the filter")
    owner.main.get_by_label("Find a row").fill("")
    expect(owner.main.get_by_role("row", name="积雪草精华").first).to_be_visible()
    owner.look()


def _export(owner: Walk, report: str) -> None:
    owner.page.goto(report)
    with owner.page.expect_download() as downloading:
        owner.main.get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(downloading.value.path().read_text("utf-8-sig"))))
    (row,) = [row for row in rows if row["Key"] == NOTE]
    gmv = next(value for name, value in row.items() if name.endswith("[credited_gmv]"))
    assert (gmv, row["Model"], row["Window in days"]) == ("390.01", "last_touch", "15")
