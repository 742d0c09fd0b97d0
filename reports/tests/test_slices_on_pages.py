"""What pages say of what has not arrived: no more than what was counted."""

import csv
import io
import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal.accounts.models import User
from reports.attribution.tests.steps import LAST, attribute, noon, order, touch
from reports.sources import closing
from reports.sources.models import Source
from reports.sources.slices import Slice
from reports.tests.whole_files import DAY, FIRST, Sent, asked, everything, listed, sent

pytestmark = pytest.mark.django_db
__all__ = ["listed", "sent"]


# What a page says of a day of which no partner's file has come.


@pytest.fixture
def clicked(listed: Listing, sent: Sent) -> Listing:
    """A few clicks of our own links and reads of the community; every day is computed."""
    click = {**touch("k1", listed, days_ago=0), "kind": "click"}
    sent("links", click)
    sent("community", touch("t0", listed, days_ago=0), touch("t1", listed, days_ago=1))
    attribute(LAST - DAY, LAST)
    return listed


def report_parts(client: Client, merchant: Merchant) -> list[str]:
    """The part of each page that tells of the report."""
    addresses = [
        asked(merchant), asked(merchant, by="day"), asked(merchant, "report-models"),
        reverse("reports:home-merchant", args=[merchant.code]),
    ]  # fmt: skip
    pages = [client.get(address).content.decode() for address in addresses]
    return [page[page.index("<main") :].split("The last 30 days")[-1] for page in pages]


def test_without_a_partners_file_nothing_says_complete_or_zero(
    client_of: Any, alice: User, clicked: Listing
) -> None:
    shop = clicked.merchant
    client = client_of(alice)
    for part in report_parts(client, shop):
        assert "without data" in part or "no numbers" in part
        for word in ("complete", "100.0%", "0.00", ">0<"):
            assert word not in part
    chart = json.loads(_context(client, asked(shop))["page"].chart)
    assert [one["values"] for one in chart["series"]] == [[None], [None]]
    said = json.loads(printed(shop, format="json"))
    assert said["gaps"] == [LAST.isoformat()]
    assert said["is_complete"] is False
    assert set(said["total"].values()) == {None}
    assert set(said["orders"].values()) == {None}
    assert said["rows"] == []
    head, row = csv.reader(io.StringIO(printed(shop, format="csv", by="day")))
    numbers = dict(zip(head, row, strict=True))
    assert numbers["Complete"] == "no"
    assert numbers["Credited orders [credited_orders]"] == ""
    assert numbers["Reads [reads]"] == ""
    assert numbers["Nothing arrived (gap)"] == LAST.isoformat()
    assert "¥0" not in printed(shop)


def test_its_twin_with_the_partners_file_has_the_words_and_the_numbers(
    client_of: Any, alice: User, listed: Listing, sent: Sent
) -> None:
    everything(sent, listed)
    attribute()
    shop = listed.merchant
    page = client_of(alice).get(asked(shop)).content.decode()
    assert "The day is complete and up to date" in page
    assert "Data 100% there" in page
    assert "¥1.00" in page
    said = json.loads(printed(shop, format="json"))
    assert (said["gaps"], said["is_complete"], said["completeness_percent"]) == ([], True, 100)
    assert said["days"][0]["state"] == "provisional"


def test_slices_that_are_taken_away_turn_the_lamp_and_are_named(
    client_of: Any, alice: User, listed: Listing, sent: Sent
) -> None:
    everything(sent, listed)
    attribute()
    shop = listed.merchant
    gone = [FIRST + 3 * DAY, FIRST + 4 * DAY]
    Slice.objects.filter(source__code="community", on__in=gone).delete()
    context = _context(client_of(alice), asked(shop))
    assert context["page"].lamp == "red"
    assert context["page"].coverage.states.percent == 100 * 15 // 17
    [waited] = context["page"].waited_for
    assert (waited.name, waited.spans) == ("Community", [(gone[0], gone[1])])
    page = client_of(alice).get(asked(shop)).content.decode()
    assert "complete and" not in page
    assert "<strong>Community</strong>" in page


def test_a_change_is_only_said_of_two_periods_that_are_whole(
    client_of: Any, alice: User, listed: Listing, sent: Sent
) -> None:
    before = LAST - DAY
    sent("community", *(touch(f"t{k}", listed, days_ago=k) for k in (2, 1, 0)),
         whole=(FIRST - DAY, LAST))  # fmt: skip
    sent(
        "taobao_tmall", order("c0", listed, occurred_at=noon(1), value_fen=50), order("c1", listed)
    )
    attribute(before, LAST)
    client = client_of(alice)
    assert "against as many days before" not in client.get(asked(listed.merchant)).content.decode()
    source = Source.objects.get(code="taobao_tmall")
    closing.pull_finished(source, first_on=LAST, last_on=LAST)
    assert "against as many days before" not in client.get(asked(listed.merchant)).content.decode()
    closing.pull_finished(source, first_on=before, last_on=before)
    assert "against as many days before" in client.get(asked(listed.merchant)).content.decode()


def _context(client: Client, address: str) -> Any:
    return client.get(address).context


def printed(merchant: Merchant, **more: Any) -> str:
    said = StringIO()
    call_command("report", merchant.code, first_on=LAST, last_on=LAST, stdout=said, **more)
    return said.getvalue()
