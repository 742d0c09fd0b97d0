"""The pages of data health: what sources owe, how they keep to it, and who acts."""

import csv
import io
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.urls import reverse

from merchants.catalogue.models import Category, Product
from merchants.listings.models import Listing
from merchants.stores.models import Store
from portal import clock
from portal.accounts.models import User
from reports.sources import closing, kept, overdue, suspending
from reports.sources.kept import CellState
from reports.sources.models import Source
from reports.sources.owed import owed_to
from reports.sources.slices import Slice

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = clock.today()
SINCE = TODAY - 5 * DAY
# Rows of a day are due when the day after it is over.
LAST_DUE = TODAY - 2 * DAY


@pytest.fixture
def listed(live_listing: Listing) -> Listing:
    """Alice's listing on Tmall, live for five days."""
    live_listing.periods.update(live_from=clock.start_of(SINCE))
    Source.objects.update(delay_days=1)
    return live_listing


def close(code: str, *days: date, **more: Any) -> None:
    source = Source.objects.get(code=code)
    for on in days:
        closing.pull_finished(source, first_on=on, last_on=on, **more)


def days(first: date, last: date) -> list[date]:
    return [first + k * DAY for k in range((last - first).days + 1)]


def of_platform(code: str) -> kept.KeptSource:
    [one] = [one for one in kept.of_platform() if one.source.code == code]
    return one


def test_a_day_is_nothing_open_overdue_closed_or_short(listed: Listing) -> None:
    close("taobao_tmall", SINCE)
    close("taobao_tmall", SINCE + DAY, expected_rows=3, store=listed.product.store)
    states = {cell.on: cell.state for cell in of_platform("taobao_tmall").cells[-7:]}
    assert list(states.values()) == [
        CellState.NOTHING_OWED, CellState.CLOSED, CellState.SHORT, CellState.OVERDUE,
        CellState.OVERDUE, CellState.OPEN, CellState.OPEN,
    ]  # fmt: skip
    mine = kept.of_merchant(owed_to(listed.merchant))
    [stream] = [one for one in mine if one.stream.source.code == "taobao_tmall"]
    assert {cell.on: cell.state for cell in stream.cells[-7:]} == states
    assert (stream.closed_until, stream.missing) == (SINCE + DAY, 3)
    assert stream.overdue == [SINCE + 2 * DAY, LAST_DUE]


def test_the_merchant_reads_who_owes_what_since_when_and_who_acts(
    client_of: Any, alice: User, listed: Listing
) -> None:
    address = reverse("reports:health-merchant", args=[listed.merchant.code])
    close("community", *days(SINCE, TODAY - DAY))
    page = client_of(alice).get(address).content.decode()
    assert f"{SINCE} – {LAST_DUE}" in page
    assert "you may upload your orders of these days" in page
    close("taobao_tmall", *days(SINCE, LAST_DUE))
    page = client_of(alice).get(address).content.decode()
    assert "you may upload" not in page
    assert page.count("it comes by itself") == 2


def test_the_platform_reads_how_soon_half_and_nearly_all_are_closed(
    client_of: Any, admin: User, listed: Listing
) -> None:
    wanted = days(SINCE, LAST_DUE)
    close("taobao_tmall", *wanted)
    for number, on in enumerate(wanted):
        # After 10, 20, 30 and 40 hours; a day is due 24 hours after it is over.
        at = clock.start_of(on + DAY) + timedelta(hours=10 * (number + 1))
        Slice.objects.filter(source__code="taobao_tmall", on=on).update(closed_at=at)
    prompt = of_platform("taobao_tmall").promptness
    assert prompt
    assert (prompt.half, prompt.most) == (timedelta(hours=25), timedelta(hours=38.5))
    assert (prompt.closed, prompt.in_time) == (4, Fraction(1, 2))
    said = client_of(admin).get(reverse("reports:health-platform") + "?export=csv")
    head, *rows = csv.reader(io.StringIO(b"".join(said.streaming_content).decode("utf-8-sig")))
    row = dict(zip(head, next(row for row in rows if row[0] == "Taobao and Tmall"), strict=True))
    assert row["Half is closed within"] == "25.0"
    assert row["95% is closed within"] == "38.5"
    assert row["Closed in time"] == "0.5"
    assert row["Overdue slices"] == "0"


def test_two_stores_are_two_slices_and_one_that_is_closed_is_one_of_them(
    listed: Listing, in_app_product: Any
) -> None:
    shop = Source.objects.get(marketplace="", events="conversions", merchant=None)
    assert [cell.owed for cell in of_platform("taobao_tmall").last(1)] == [1]
    assert [cell.owed for cell in of_platform(shop.code).last(1)] == [0]


def test_what_is_suspended_altogether_is_not_overdue_and_nobody_is_asked_for_it(
    client_of: Any, alice: User, admin: User, listed: Listing
) -> None:
    """Its days are not called closed either, and once it is lifted they are overdue again."""
    close("community", *days(SINCE, TODAY))
    suspension = suspending.suspend(
        Source.objects.get(code="taobao_tmall"), category=None, first_on=SINCE, last_on=None,
        reason="Broken", by=admin,
    )  # fmt: skip
    merchants = reverse("reports:health-merchant", args=[listed.merchant.code])

    def said(user: User, address: str) -> str:
        page: str = client_of(user).get(address).content.decode()
        return page

    for user, address in ((alice, merchants), (admin, reverse("reports:health-platform"))):
        page = said(user, address)
        assert "Data suspended" in page
        assert ">Overdue<" not in page[page.index("kept-days") :]
        assert "nobody waits for the days whose data are suspended" in page
    one = of_platform("taobao_tmall")
    assert (one.overdue, one.closed_until) == ([], None)
    assert one.suspended == days(SINCE, TODAY)
    suspending.lift(suspension, reason="Back", by=admin)
    assert "you may upload your orders" in said(alice, merchants)
    assert of_platform("taobao_tmall").overdue == days(SINCE, LAST_DUE)


def test_two_stores_of_one_name_have_a_column_each(
    client_of: Any, alice: User, listed: Listing
) -> None:
    """None of them hides what is overdue of the other."""
    store = listed.product.store
    twin = Store.objects.get(pk=store.pk)
    twin.pk, twin.external_id = None, "9001"
    twin.save(force_insert=True)
    product = Product.objects.get(pk=listed.product_id)
    product.pk, product.store = None, twin
    product.save(force_insert=True)
    other = Listing.objects.get(pk=listed.pk)
    other.pk, other.code, other.product = None, "L-TWIN", product
    other.save(force_insert=True)
    other.periods.create(live_from=clock.start_of(SINCE))
    close("taobao_tmall", *days(SINCE, LAST_DUE), store=twin)
    address = reverse("reports:health-merchant", args=[listed.merchant.code])
    page = client_of(alice).get(address).content.decode()
    name = f"Taobao and Tmall · {store.name}"
    by_day = page[page.index('id="kept-days"') :]
    assert by_day.count(f'<th scope="col">{name}</th>') == 2
    [line] = [row for row in by_day.split("<tr>") if f">{LAST_DUE}<" in row or str(LAST_DUE) in row]
    cells = [part.split("</td>")[0] for part in line.split(f'<td data-label="{name}"')[1:]]
    assert ["Overdue" in cell for cell in cells] == [True, False]


def test_what_was_late_stands_in_the_history(client_of: Any, admin: User, listed: Listing) -> None:
    overdue.tell()
    close("taobao_tmall", *days(SINCE, LAST_DUE))
    overdue.tell()
    page = client_of(admin).get(reverse("reports:breach-list")).content.decode()
    rows = page[page.index("<tbody") :]
    assert rows.count(f"Taobao and Tmall of {SINCE} – {LAST_DUE}") == 2
    assert rows.count("Closed late") == 1


def test_more_days_are_shown_when_asked_for(client_of: Any, admin: User, listed: Listing) -> None:
    address = reverse("reports:health-platform")
    for asked, shown in (("", 14), ("?days=35", 35), ("?days=9999", 14)):
        assert len(client_of(admin).get(address + asked).context["lines"]) == shown


def test_the_lamp_of_the_report_leads_to_data_health(
    client_of: Any, alice: User, listed: Listing
) -> None:
    shop = listed.merchant
    query = {"first_on": LAST_DUE.isoformat(), "last_on": LAST_DUE.isoformat()}
    report = reverse("reports:report-detail", args=[shop.code], query=query)
    page = client_of(alice).get(report).content.decode()
    lamp = page[page.index('id="arrived"') :]
    assert reverse("reports:health-merchant", args=[shop.code]) in lamp[: lamp.index("% there")]


def test_a_store_wholly_of_a_suspended_category_is_owed_nothing(
    client_of: Any, alice: User, admin: User, listed: Listing
) -> None:
    """What it has of another category takes the word away."""
    close("community", *days(SINCE, TODAY))
    suspending.suspend(
        Source.objects.get(code="taobao_tmall"), category=Category.objects.get(code="beauty"),
        first_on=SINCE, last_on=None, reason="Broken", by=admin,
    )  # fmt: skip

    def said() -> tuple[bool, list[date], list[date]]:
        address = reverse("reports:health-merchant", args=[listed.merchant.code])
        page = client_of(alice).get(address).content.decode()
        one = of_platform("taobao_tmall")
        return "Data suspended" in page, one.suspended, one.overdue

    assert said() == (True, days(SINCE, TODAY), [])
    listed.product.category = Category.objects.get(code="food-tea")
    listed.product.save()
    assert said() == (False, [], days(SINCE, LAST_DUE))
