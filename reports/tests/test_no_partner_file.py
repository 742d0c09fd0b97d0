"""Of a day of which no partner's file came nothing says “complete”, “−100 %” or 0, wherever it is.

Its twins: with the file of that day the same places have the words, and with a file that says that
nothing was sold they have the −100 % and the 0.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from merchants.listings.models import Listing
from portal.accounts.models import User
from portal.jobs import queue
from portal.jobs.models import Job, JobState
from portal.notices.models import Notice
from reports import tasks
from reports.answers.question import By, TimeBase
from reports.attribution.tests.steps import LAST, attribute, noon, order, touch
from reports.sources import closing
from reports.sources.models import Source
from reports.tests.whole_files import DAY, FIRST, Sent, listed, sent

pytestmark = pytest.mark.django_db
__all__ = ["listed", "sent"]

# What a number or a word that nobody knows would look like.
NONE = ("0.00", ">0<")
UNKNOWN = (
    "complete", "−100", "-100%", "100.0%", "¥0", "Nothing was", "Nothing happened", *NONE,
)  # fmt: skip

# One of these says that something lacks, wherever nothing is shown of it.
UNARRIVED = (
    "without data", "no numbers", "What has not arrived", "Not arrived", "No orders have come yet",
    "and no orders yet",
)  # fmt: skip


@pytest.fixture
def without(listed: Listing, sent: Sent) -> Listing:
    """All reads and clicks have come, and the orders of the day before; none of the last day."""
    Source.objects.update(delay_days=0)
    days = range(17)
    sent(
        "community", *(touch(f"t{k}", listed, days_ago=k) for k in days), whole=(FIRST - DAY, LAST)
    )
    sent("links", touch("k0", listed, days_ago=0, kind="click"))
    before = {"occurred_at": noon(1), "value_fen": 50}
    sent("taobao_tmall", order("c0", listed, **before), whole=(FIRST - DAY, LAST - DAY))
    attribute(LAST - DAY, LAST)
    return listed


def asked(base: TimeBase, **more: Any) -> dict[str, Any]:
    return {"first_on": str(LAST), "last_on": str(LAST), "time_base": str(base), **more}


def pages(client: Client, listing: Listing, base: TimeBase) -> Iterator[str]:
    """What people see of the day: report by note and by day, comparison, and the sums in words."""
    code = listing.merchant.code
    for name, more in (
        ("report-detail", {}),
        ("report-detail", {"by": "day"}),
        ("report-models", {}),
    ):
        address = reverse(f"reports:{name}", args=[code], query=asked(base, **more))
        page = client.get(address).content.decode()
        yield page[page.index("<main") : page.index("</main>")]


def files(client: Client, listing: Listing, base: TimeBase) -> Iterator[str]:
    """All files of the day, as CSV and as JSON: of the report, the comparison and the objects."""
    code = listing.merchant.code
    addresses = [reverse("reports:report-models", args=[code])]
    objects = {"note": listing.note_id, "listing": listing.pk, "store": listing.product.store_id}
    addresses += [reverse("reports:report-object", args=[code, *one]) for one in objects.items()]
    for address in addresses:
        for form in ("csv", "json"):
            answer: Any = client.get(address, asked(base, export=form))
            assert answer.status_code == 200, address
            yield b"".join(answer).decode()
    for by in By:
        for form in ("csv", "json"):
            yield printed(listing, base, format=form, by=by)


def printed(listing: Listing, base: TimeBase, **more: Any) -> str:
    out = io.StringIO()
    days = {"first_on": LAST, "last_on": LAST, "time_base": base}
    call_command("report", listing.merchant.code, stdout=out, **days, **more)
    return out.getvalue()


def numbers(file: str, base: TimeBase) -> list[tuple[str, Any]]:
    """The metrics that have a value in a file, and “complete” where it is called so. By touch day
    those alone that orders are part of: reads that have come are counted (ADR 0129)."""
    found = _in_json(json.loads(file)) if file.startswith("{") else _in_csv(file)
    touched = {"reads", "engagements4", "clicks", "repeated_clicks", "machine_clicks"}
    counted = touched if base == TimeBase.TOUCH else set()
    return [(code, value) for code, value in found if code not in counted]


def _in_csv(file: str) -> Iterator[tuple[str, Any]]:
    head, *rows = csv.reader(io.StringIO(file.removeprefix("\ufeff")))
    codes = [re.search(r"\[(?:\w+\.)?(\w+)\]$", name) for name in head]
    for row in rows:
        yield from ((code[1], cell) for code, cell in zip(codes, row, strict=True) if code and cell)


def _in_json(node: Any) -> Iterator[tuple[str, Any]]:
    """Every value below `rows`, `total`, `totals` and `orders` that is a number."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name in ("rows", "total", "totals", "orders"):
                yield from _leaves(name, value)
            elif name == "is_complete" and value:
                yield name, value
            else:
                yield from _in_json(value)
    elif isinstance(node, list):
        for one in node:
            yield from _in_json(one)


def _leaves(of: str, node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for name, value in node.items():
            if name not in ("key", "listing", "note", "store"):
                yield from _leaves(name, value)
    elif isinstance(node, list):
        for one in node:
            yield from _leaves(of, one)
    elif isinstance(node, (int, float)) and not isinstance(node, bool):
        yield of, node


@pytest.mark.parametrize("base", TimeBase)
def test_without_the_file_no_place_says_more_than_is_known(
    without: Listing, client_of: Callable[[User], Client], alice: User, base: TimeBase
) -> None:
    client, is_by_touch = client_of(alice), base == TimeBase.TOUCH
    # That nobody liked what was read is known once the touches have come.
    unknown = [word for word in UNKNOWN if word not in NONE or not is_by_touch]
    for said in [*pages(client, without, base), printed(without, base, format="table")]:
        assert [word for word in unknown if word in said] == []
        assert [word for word in UNARRIVED if word in said] != []
    for file in files(client, without, base):
        assert numbers(file, base) == [], file
    address = reverse("reports:report-detail", args=[without.merchant.code], query=asked(base))
    chart = json.loads(client.get(address).context["page"].chart)
    assert {value for one in chart["series"] for value in one["values"]} <= {None}


def test_without_the_file_home_and_mails_name_it_and_say_no_more(
    without: Listing, client_of: Callable[[User], Client], alice: User, admin: User
) -> None:
    tasks.tell_overdue()
    told = [str(one) for one in Notice.objects.filter(user__in=[alice, admin])]
    assert any("Taobao and Tmall" in one and str(LAST) in one for one in told)
    for job in Job.objects.filter(kind="notices.mail", state=JobState.QUEUED):
        assert queue.run_now(job).state == JobState.DONE, job.error
    mails = [f"{one.subject} {one.body}" for one in mail.outbox]
    assert any("Taobao and Tmall" in one and str(LAST) in one for one in mails)
    told += mails
    for said in told:
        assert [word for word in UNKNOWN if word in said] == []
    home = client_of(alice).get(reverse("reports:home-merchant", args=[without.merchant.code]))
    assert home.context["page"].lamp == "red"
    said = home.content.decode()
    assert "complete and" not in said
    assert "<strong>Taobao and Tmall" in said
    # The chart of the home draws nothing on that day, and the orders of the day before it.
    chart = json.loads(home.context["page"].chart)
    place = chart["days"].index(str(LAST))
    assert {one["values"][place] for one in chart["series"]} == {None}
    assert {one["values"][place - 1] for one in chart["series"]} != {None}


@pytest.mark.parametrize("base", TimeBase)
def test_with_the_file_the_same_places_have_the_words_and_the_numbers(
    without: Listing, sent: Sent, client_of: Callable[[User], Client], alice: User, base: TimeBase
) -> None:
    later = order("c1", without, occurred_at=f"{LAST}T13:00:00+08:00")
    sent("taobao_tmall", later, whole=(LAST, LAST))
    attribute(LAST - DAY, LAST)
    client = client_of(alice)
    report, *_others = pages(client, without, base)
    assert ("complete and up to date" in report) == (base == TimeBase.ORDER)
    assert "¥1.00" in report
    for file in files(client, without, base):
        # A CSV by boost has no rows: nobody boosted.
        assert numbers(file, base) != [] or file.count("\n") == 1, file


def test_with_a_file_that_says_that_nothing_was_sold_there_is_the_0_and_the_fall(
    without: Listing, client_of: Callable[[User], Client], alice: User
) -> None:
    source = Source.objects.get(code="taobao_tmall")
    closing.pull_finished(source, first_on=LAST, last_on=LAST)
    attribute(LAST - DAY, LAST)
    report, *_others = pages(client_of(alice), without, TimeBase.ORDER)
    assert "complete and up to date" in report
    assert "−100.0%" in report
    assert "¥0.00" in report
