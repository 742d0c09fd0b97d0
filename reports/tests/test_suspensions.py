"""Data of a source are suspended and restored: days are withheld, and nothing is lost."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from reports.answers.answer import answer
from reports.answers.giving import given
from reports.answers.question import Question
from reports.attribution.models import Run
from reports.attribution.restatements import Restatement
from reports.sources import suspending
from reports.tests.factory import day, headline
from reports.tests.suspended import REASON, asked, sold, suspend, withheld
from tests.racing import one_after_the_other

pytestmark = pytest.mark.django_db
__all__ = ["sold", "suspend"]


def csv(client: Client, listing: Listing, **more: str) -> str:
    question = {"first_on": str(day(24)), "last_on": str(day(20)), "by": "day", **more}
    given: Any = client.get(f"/m/{listing.merchant.code}/reports/", {**question, "export": "csv"})
    return b"".join(given.streaming_content).decode()


def test_a_suspended_day_is_withheld_and_in_no_sum_and_lifting_brings_it_back(
    sold: Listing, suspend: Any, admin: User
) -> None:
    before = asked(sold)
    assert before.total.value_fen["order"] == 50_000
    suspension = suspend()
    report = asked(sold)
    assert report.coverage.withheld == [day(22)]
    assert report.total.value_fen["order"] == 40_000
    assert report.total.touchpoints["view"] == 40
    assert report.orders.count("product") == 4
    assert [row.label.key for row in report.rows if row.sums is None] == [day(22).isoformat()]
    suspending.lift(suspension, reason="Back", by=admin)
    assert asked(sold).total == before.total
    assert withheld(sold) == []


def test_without_a_suspension_no_page_says_withheld(
    sold: Listing, suspend: Any, admin: User, alice: User, client_of: Callable[[User], Client]
) -> None:
    """The twin of what follows: the word goes with its ground."""
    client = client_of(alice)
    pages = [
        f"/m/{sold.merchant.code}/reports/?first_on={day(24)}&last_on={day(20)}",
        f"/m/{sold.merchant.code}/reports/models/?first_on={day(24)}&last_on={day(20)}",
        f"/m/{sold.merchant.code}/",
        f"/m/{sold.merchant.code}/listings/{sold.pk}/",
    ]
    suspension = suspend()
    for page in pages:
        said = client.get(page).content.decode()
        assert "withheld and in no sum" in said, page
        assert REASON in said, page
    suspending.lift(suspension, reason="Back", by=admin)
    for page in pages:
        said = client.get(page).content.decode()
        assert "ithheld" not in said, page
        assert REASON not in said, page


def test_a_withheld_day_is_a_dash_null_and_empty(
    sold: Listing, suspend: Any, alice: User, client_of: Callable[[User], Client]
) -> None:
    suspend()
    client = client_of(alice)
    page = client.get(
        f"/m/{sold.merchant.code}/reports/?first_on={day(24)}&last_on={day(20)}&by=day"
    )
    chart = json.loads(page.context["page"].chart)
    assert chart["series"][0]["values"] == [100.0, 100.0, None, 100.0, 100.0]
    [head, *lines] = [line.split(",") for line in csv(client, sold).splitlines()]
    cells = {line[0]: {*line[3 : head.index("State")]} for line in lines}
    assert [on for on, values in cells.items() if values == {""}] == [day(22).isoformat()]
    assert lines[0][head.index("Withheld (withheld)")] == day(22).isoformat()
    assert any(REASON in cell for cell in lines[0])


def printed(listing: Listing, form: str, **more: str) -> str:
    out = StringIO()
    options = [f"--{name.replace('_', '-')}={value}" for name, value in more.items()]
    call_command(
        "report", listing.merchant.code, f"--from={day(24)}", f"--to={day(20)}", "--by=day",
        f"--format={form}", *options, stdout=out,
    )  # fmt: skip
    return out.getvalue()


def test_program_and_terminal_say_what_is_withheld_and_why(sold: Listing, suspend: Any) -> None:
    suspend()
    told = json.loads(printed(sold, "json"))
    assert told["withheld"] == [day(22).isoformat()]
    assert told["gaps"] == []
    assert not told["is_complete"]
    assert told["total"]["credited_gmv"] == 40_000
    [why] = told["suspensions"]
    assert (why["source"], why["category"], why["reason"]) == ("taobao_tmall", "beauty", REASON)
    assert why["days"] == [day(22).isoformat()]
    [row] = [row for row in told["rows"] if row["key"] == day(22).isoformat()]
    assert row["credited_gmv"] is None
    assert REASON in printed(sold, "table")


def test_every_file_before_and_after_is_the_same_but_for_its_moment(
    sold: Listing, suspend: Any, admin: User, alice: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(alice)
    before = csv(client, sold)
    suspension = suspend()
    assert csv(client, sold) != before
    suspending.lift(suspension, reason="Back", by=admin)
    after = csv(client, sold)
    assert after.replace(moment_of(after), moment_of(before)) == before


def moment_of(csv: str) -> str:
    return csv.splitlines()[1].rpartition(",")[2].strip('"')


def test_what_was_given_before_is_given_again_whatever_is_suspended_changed_or_lifted_since(
    sold: Listing, suspend: Any, admin: User, alice: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(alice)
    files, answers = [csv(client, sold)], [printed(sold, "json")]
    suspension = suspend(last=None)

    def keep() -> None:
        files.append(csv(client, sold))
        answers.append(printed(sold, "json"))

    keep()
    suspension = suspending.change_end(suspension, last_on=day(21), by=admin)
    keep()
    suspending.lift(suspension, reason="Back", by=admin)
    keep()
    for csv_file in files:
        assert csv(client, sold, as_of=moment_of(csv_file)) == csv_file
    for told in answers:
        assert printed(sold, "json", as_of=json.loads(told)["as_of"]) == told
    held = [len(json.loads(told)["withheld"]) for told in answers]
    assert held == [0, 3, 2, 0]


def test_what_changed_of_a_withheld_day_is_not_told_in_numbers(
    sold: Listing, suspend: Any, alice: User, client_of: Callable[[User], Client]
) -> None:
    merchant = sold.merchant
    Restatement.objects.create(
        merchant=merchant, on=day(22), at=clock.now(), run=Run.objects.latest("pk"), was_day=0,
        is_day=1, act="store.verified", old=headline(0), new=headline(77),
    )  # fmt: skip
    page, client = f"/m/{merchant.code}/reports/changes/", client_of(alice)
    assert ">77<" in client.get(page).content.decode().replace(" ", "")
    told = json.loads(printed(sold, "json"))
    assert [one["on"] for one in told["restated"]] == [day(22).isoformat()]
    suspend()
    assert ">77<" not in cells(client.get(page).content.decode())
    assert json.loads(printed(sold, "json"))["restated"] == []


def cells(page: str) -> str:
    """The rows of the page's table."""
    return page.partition("<tbody")[2].partition("</tbody>")[0].replace(" ", "")


@pytest.mark.django_db(transaction=True)
def test_an_act_waits_for_an_answer_that_is_being_given_out(sold: Listing, suspend: Any) -> None:
    """It is of a later moment than the answer, which says the same when it is asked for again."""
    out: list[Question] = []
    question = Question(sold.merchant, day(24), day(20))
    suspension = one_after_the_other(lambda: out.append(given(question)), suspend)
    [kept] = out
    assert kept.as_of
    assert suspension.suspended_at > kept.as_of
    assert answer(kept).coverage.withheld == []
    assert answer(question).coverage.withheld == [day(22)]
