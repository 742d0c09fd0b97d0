"""Whatever is said of the days of an answer is said at every door, in words, columns and names."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from reports.answers import caveats
from reports.answers.caveats import CAVEATS
from reports.answers.coverage import Coverage, coverage
from reports.answers.question import By, Question, TimeBase
from reports.attribution.choices import Model
from reports.attribution.code import code_version
from reports.attribution.models import ReportDay, Run
from reports.attribution.tests.steps import LAST, attribute, noon, order, touch
from reports.pages.report import known
from reports.sources import closing, own
from reports.sources.models import Source
from reports.tests.suspending_data import suspend
from reports.tests.whole_files import DAY, FIRST, Sent, listed, sent

pytestmark = pytest.mark.django_db
__all__ = ["listed", "sent"]

TODAY, MARKET = clock.today(), "taobao_tmall"
# The days of the world below that have nothing to do with each other.
SUSPENDED, SHORT, RESTATED = LAST - 5 * DAY, LAST - 3 * DAY, LAST - DAY


@pytest.fixture
def troubled(listed: Listing, sent: Sent, admin: User) -> Listing:
    """A merchant of whose days everything is to be said that ever is."""
    Source.objects.update(delay_days=0)
    market, store = Source.objects.get(code=MARKET), listed.product.store
    touches = [touch(f"t{k}", listed, days_ago=k) for k in range(16)]
    sent("community", *touches, whole=(FIRST - DAY, LAST))
    sent("community", touch("now", listed, days_ago=0, occurred_at=clock.now().isoformat()))
    suspend(admin, category=None, first_on=SUSPENDED, last_on=SUSPENDED)
    closing.pull_finished(market, first_on=LAST - 4 * DAY, last_on=LAST - 4 * DAY, store=store)
    closing.pull_finished(market, first_on=SHORT, last_on=SHORT, store=store, expected_rows=1)
    closing.pull_finished(market, first_on=RESTATED, last_on=RESTATED, store=store)
    sent("taobao_tmall", order("c0", listed))
    # What he says of the last day is that it is all: the marketplace has not closed it.
    his = own.source_of(listed.merchant, MARKET)
    closing.pull_finished(his, first_on=LAST, last_on=LAST, store=store)
    attribute(SHORT, SHORT)
    attribute(SHORT + DAY, TODAY)
    Run.objects.filter(report_days__on=SHORT).update(code_version="of before")
    sent("taobao_tmall", order("c1", listed, occurred_at=noon(1), value_fen=50))
    attribute(RESTATED, RESTATED)
    sent("taobao_tmall", order("c2", listed, value_fen=50))
    return listed


def questions(listing: Listing) -> list[Question]:
    """All of its days; one of which all is there; and today's reads, of which no orders came."""
    merchant = listing.merchant
    return [
        Question(merchant, FIRST - 3 * DAY, TODAY),
        Question(merchant, RESTATED, RESTATED),
        Question(merchant, TODAY, TODAY, time_base=TimeBase.TOUCH),
    ]


def doors(client: Client, listing: Listing, asked: Question) -> dict[str, Any]:
    """What stands at each of them: a text of pages and lines, a row of CSV, or a JSON."""
    code, query = asked.merchant.code, asked.parameters
    report = reverse("reports:report-detail", args=[code])
    models = reverse("reports:report-models", args=[code])
    note = reverse("reports:report-object", args=[code, "note", listing.note_id])
    pages = {
        "report": (report, {}),
        "report by day": (report, {"by": By.DAY}),
        "models": (models, {}),
        "note": (reverse("merchants:note-detail", args=[code, listing.note_id]), {}),
    }
    found: dict[str, Any] = {
        name: client.get(address, {**query, **more}).content.decode()
        for name, (address, more) in pages.items()
    }
    found["command"] = printed(asked, "table")
    found["CSV of the command"] = row_of(printed(asked, "csv"))
    found["JSON of the command"] = json.loads(printed(asked, "json"))
    for name, address in {"report": report, "models": models, "note": note}.items():
        found[f"CSV of {name}"] = row_of(fetched(client, address, {**query, "export": "csv"}))
    for name, address in {"models": models, "note": note}.items():
        said = fetched(client, address, {**query, "export": "json"})
        found[f"JSON of {name}"] = json.loads(said)
    return found


def fetched(client: Client, address: str, query: dict[str, Any]) -> str:
    answer: Any = client.get(address, query)
    assert answer.status_code == 200, address
    return b"".join(answer).decode("utf-8-sig")


def row_of(file: str) -> dict[str, str]:
    return next(csv.DictReader(io.StringIO(file)), {})


def printed(asked: Question, form: str) -> str:
    out = io.StringIO()
    days = [f"--from={asked.first_on}", f"--to={asked.last_on}", f"--time-base={asked.time_base}"]
    call_command("report", asked.merchant.code, *days, f"--format={form}", stdout=out)
    return out.getvalue()


def lacking(found: dict[str, Any], shown: Coverage) -> set[tuple[str, str]]:
    """Which statement, of those that have something to say, is not made at which door."""
    lacks = set()
    for caveat in CAVEATS:
        for said in caveat.in_words(shown):
            for door, text in found.items():
                if door.startswith("CSV") and not text:
                    # A file without rows says nothing.
                    is_there = True
                elif door.startswith("CSV"):
                    is_there = text.get(str(caveat.column)) == str(caveat.in_cell(shown)) != ""
                elif door.startswith("JSON"):
                    is_there = text.get(caveat.code) not in (None, [], "") and (
                        text[caveat.code] is not False
                    )
                elif caveat.code in ("missing", "short", "suspensions") and door != "command":
                    # Pages have a list of these: whose data, and the days.
                    is_there = all(name in text for name in listed_names(caveat.code, shown))
                else:
                    is_there = said.text in text or escape(said.text) in text
                if not is_there:
                    lacks.add((caveat.code, door))
    return lacks


def listed_names(code: str, shown: Coverage) -> list[str]:
    if code == "suspensions":
        return [escape(one.name) for one in shown.suspensions]
    streams = shown.states.missing if code == "missing" else shown.states.short
    return [f"<strong>{one.stream.name}</strong>" for one in streams]


def test_every_statement_is_made_at_every_door(
    troubled: Listing,
    client_of: Callable[[User], Client],
    alice: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client, made = client_of(alice), set[str]()
    for asked in questions(troubled):
        shown = coverage(asked)
        made |= {caveat.code for caveat in CAVEATS if caveat.in_words(shown)}
        assert lacking(doors(client, troubled, asked), shown) == set(), asked
    # None of them is only promised: each had something to say.
    assert made == {caveat.code for caveat in CAVEATS}
    # The twin: what is taken out of the list is gone at every door, but for the lists of pages.
    asked, *_others = questions(troubled)
    shown = coverage(asked)
    some = tuple(one for one in CAVEATS if one.code not in ("running", "restated", "short"))
    monkeypatch.setattr(caveats, "CAVEATS", some)
    monkeypatch.setattr(known, "CAVEATS", some)
    found = doors(client, troubled, asked)
    gone = lacking(found, shown)
    assert {code for code, _door in gone} == {"running", "restated", "short"}
    assert {door for code, door in gone if code == "running"} == set(found)
    assert all(found.values())


def test_a_day_that_is_not_over_is_said_to_be_running_until_it_is(
    troubled: Listing, client_of: Callable[[User], Client], alice: User
) -> None:
    """By every breakdown; of days that are over the word is gone."""
    client, code = client_of(alice), troubled.merchant.code
    address = reverse("reports:report-detail", args=[code])
    for last_on, is_running in ((TODAY, True), (TODAY - DAY, False)):
        query = {"first_on": str(LAST), "last_on": str(last_on)}
        for by in By:
            page = client.get(address, {**query, "by": by}).content.decode()
            assert ("is still running: its numbers grow" in page) == is_running, by
    with clock.at(clock.start_of(TODAY + DAY) + timedelta(minutes=1)):
        page = client.get(address, {"first_on": str(LAST), "last_on": str(TODAY)}).content.decode()
        assert "is still running" not in page


def test_a_file_names_the_code_and_the_rules_of_each_model(troubled: Listing) -> None:
    asked, *_others = questions(troubled)
    row, told = row_of(printed(asked, "csv")), json.loads(printed(asked, "json"))
    versions = {one["version"]: one["days"] for one in told["code_versions"]}
    assert versions.keys() == {"of before", code_version()}
    assert versions["of before"] == [[str(SHORT), str(SHORT)]]
    assert f"of before {SHORT}" in row["Code version"]
    assert row["Model version"] == str(Model.LAST_TOUCH.version) == "1"
    assert told["model_versions"] == {model.value: 1 for model in Model}
    # The twin: computed by one code there is one.
    Run.objects.update(code_version=code_version())
    assert row_of(printed(asked, "csv"))["Code version"].startswith(code_version())
    assert ReportDay.objects.current().filter(on=SHORT).exists()


def test_a_merchants_tick_is_complete_as_he_reports_it_and_closes_nothing(
    troubled: Listing, client_of: Callable[[User], Client], alice: User
) -> None:
    """The words stand at every door while the marketplace has not closed the day, and only while
    nothing of what he called all is missing."""
    client, store = client_of(alice), troubled.product.store
    asked = Question(troubled.merchant, LAST, LAST)
    health = reverse("reports:health-merchant", args=[troubled.merchant.code])
    words, column = "omplete as reported by the merchant", "Complete as reported by the merchant"

    def told() -> list[bool]:
        found = doors(client, troubled, asked)
        pages = [text for text in found.values() if isinstance(text, str)]
        rows = [text for name, text in found.items() if name.startswith("CSV")]
        answers = [text for name, text in found.items() if name.startswith("JSON")]
        kept = csv.DictReader(io.StringIO(fetched(client, health, {"export": "csv"})))
        assert not any("complete and up to date" in text for text in pages)
        assert {answer["is_complete"] for answer in answers} == {False}
        cells = [row[column] for row in rows]
        assert set(cells) <= {"", f"taobao_tmall/{store.external_id} {LAST}"}
        return [
            *(words in text for text in pages),
            *(bool(cell) for cell in cells),
            *(bool(answer["reported_by_merchant"]) for answer in answers),
            any(row[column] for row in kept),
        ]

    assert set(told()) == {True}
    day: dict[str, Any] = {"first_on": LAST, "last_on": LAST, "store": store}
    # The twins: one of his own rows is missing, and the marketplace closes the day.
    before = transaction.savepoint()
    closing.pull_finished(own.source_of(troubled.merchant, MARKET), **day, expected_rows=1)
    assert set(told()) == {False}
    transaction.savepoint_rollback(before)
    closing.pull_finished(Source.objects.get(code=MARKET), **day)
    assert set(told()) == {False}
