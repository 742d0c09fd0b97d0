"""Slices that do not come: they are named until they do, and then the numbers are those of all.

`SOAK_SEED` plants others; `make soak ARGS="--gaps 50"` sets it.
"""

import csv
import io
import json
import os
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing, ListingPeriod
from merchants.stores.models import Store
from portal import clock
from portal.accounts.models import User
from portal.jobs import queue
from portal.jobs.models import Job, JobState
from portal.notices.models import Notice
from reports import tasks
from reports.answers.coverage import spans
from reports.answers.day_states import DayState
from reports.answers.question import TimeBase
from reports.attribution import days, dimensions
from reports.attribution.content import Contents
from reports.attribution.models import ReportDay
from reports.attribution.restatements import Restatement
from reports.attribution.tests.steps import LAST, noon, order, touch
from reports.lake import tables as lake
from reports.sources import closing
from reports.sources.models import Source
from reports.tests.conftest import ListProduct
from reports.tests.whole_files import Sent, listed, sent

pytestmark = pytest.mark.django_db
__all__ = ["listed", "sent"]

DAY = timedelta(days=1)
SEED = int(os.environ.get("SOAK_SEED", "3"))
# Whose data, of which store: its id at the partner's, or None of the community.
Planted = tuple[str, str | None, date]


def span(first_on: date, last_on: date) -> list[date]:
    return [first_on + k * DAY for k in range((last_on - first_on).days + 1)]


def told(merchant: Merchant, **asked: Any) -> dict[str, Any]:
    out = io.StringIO()
    call_command("report", merchant.code, format="json", stdout=out, **asked)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def named(answer: dict[str, Any], under: str) -> set[Planted]:
    return {
        (one["source"], one["store"], date.fromisoformat(on))
        for one in answer[under]
        for on in one["days"]
    }


def in_cell(cell: str) -> set[Planted]:
    """Those that a cell names: “taobao_tmall/tm1 2026-01-01/2026-01-03 rows 3; …”."""
    found = set[Planted]()
    for one in cell.split("; ") if cell else []:
        whose, *parts = one.split(" ")
        source, _slash, store = whose.partition("/")
        stretches = [part for part in parts if re.fullmatch(r"[-/0-9]{10,21}", part)]
        for part in stretches:
            edges = date.fromisoformat(part[:10]), date.fromisoformat(part[-10:])
            found |= {(source, store or None, on) for on in span(*edges)}
    return found


# Two hundred at once, of stores of every kind.


@pytest.fixture
def stores(
    shop: Merchant, list_product: ListProduct, live_listing: Listing
) -> dict[str, Store | None]:
    """By source what it owes: the community's touches, and of four marketplaces one store each."""
    found: dict[str, Store | None] = {"community": None}
    for kind, source in (
        ("in_app", "in_app"),
        ("tmall", "taobao_tmall"),
        ("jd", "jd"),
        ("vip", "vip"),
    ):
        if kind in ("jd", "vip"):
            Store.objects.create(
                merchant=shop, kind=kind, name=kind.upper(), external_id=f"{kind}1",
                status="verified", url=f"https://mall.{kind}.com/1",
            )  # fmt: skip
        live = live_listing if kind == "tmall" else list_product(shop, kind, kind=kind)
        live.periods.all().delete()
        ListingPeriod.objects.create(listing=live, live_from=clock.start_of(LAST - 59 * DAY))
        found[source] = shop.stores.get(kind=kind)
    return found


def plant(random: Random, stores: dict[str, Store | None]) -> tuple[set[Planted], set[Planted]]:
    """Close the slices of sixty days but for 160, and 40 of the closed ones lack some rows."""
    last_touch = LAST - 15 * DAY
    every = [
        (source, store.external_id if store else None, on)
        for source, store in stores.items()
        for on in span(LAST - 59 * DAY, LAST if store else last_touch)
    ]
    planted = random.sample(every, 200)
    gone, short = set(planted[:160]), set(planted[160:])
    whole = {*every, *(("community", None, on) for on in span(last_touch + DAY, LAST))}
    for source, store in stores.items():
        row, store_id = Source.objects.get(code=source), store.external_id if store else None
        closed = [one for one in whole - gone - short if one[0] == source]
        for first_on, last_on in spans(sorted(on for *_of, on in closed)):
            # A marketplace may say it of all of its stores.
            of = random.choice([store, None])
            closing.pull_finished(row, first_on=first_on, last_on=last_on, store=of)
        for *_of, on in sorted(one for one in short if one[:2] == (source, store_id)):
            closing.pull_finished(row, first_on=on, last_on=on, store=store, expected_rows=1)
    return gone, short


@pytest.mark.parametrize("base", TimeBase)
def test_200_of_200_planted_gaps_are_named(
    stores: dict[str, Store | None],
    sent: Sent,
    shop: Merchant,
    client_of: Callable[[User], Any],
    alice: User,
    base: TimeBase,
) -> None:
    """Of some of the days that lack something a part has come, which nobody called whole."""
    random = Random(SEED)
    gone, short = plant(random, stores)
    of_tmall = sorted(on for source, _store, on in gone if source == "taobao_tmall")
    listing = shop.listings.get(product__store=stores["taobao_tmall"])
    some = [
        order(f"p{k}", listing, occurred_at=at_noon(on))
        for k, on in enumerate(random.sample(of_tmall, 9))
    ]
    sent("taobao_tmall", *some)
    first, last = LAST - 59 * DAY, LAST if base == TimeBase.ORDER else LAST - 15 * DAY
    answer = told(shop, first_on=first, last_on=last, time_base=base)
    # 160 that are not closed, and 40 that lack a row each.
    assert (named(answer, "missing"), named(answer, "short")) == (gone, short)
    assert answer["missing_rows"] == sum(one["rows"] for one in answer["short"]) == len(short)
    assert len(gone) + len(short) == 200
    whole = 4 * 60 + (60 if base == TimeBase.ORDER else 45)
    assert answer["completeness_percent"] == 100 * (whole - len(gone)) // whole
    assert answer["is_complete"] is False
    address = reverse("reports:report-detail", args=[shop.code])
    asked = {"first_on": first, "last_on": last, "time_base": base}
    page = client_of(alice).get(address, asked)
    waited = page.context["page"].waited_for
    assert {one.name: one.spans for one in waited} == {
        name_of(source, store): spans(sorted(on for code, _id, on in gone if code == source))
        for source, store in stores.items()
    }
    lacking = page.context["page"].lacking
    assert {one.name: (one.spans, one.rows) for one in lacking} == {
        name_of(source, store): (spans(sorted(own)), len(own))
        for source, store in stores.items()
        if (own := [on for code, _id, on in short if code == source])
    }
    printed_table = printed(shop, **asked)
    models = client_of(alice).get(reverse("reports:report-models", args=[shop.code]), asked)
    for one in (*waited, *lacking):
        for said in (page.content.decode(), models.content.decode()):
            assert f"<strong>{one.name}</strong>: {one.days}" in said
        assert f"{one.name}" in printed_table
        assert one.days in printed_table
    assert "complete and" not in page.content.decode()
    # Each day that lacks something of its own is named in the file.
    [row, *_others] = csv.DictReader(io.StringIO(printed(shop, by="day", format="csv", **asked)))
    stated = {
        on
        for state in (DayState.GAP, DayState.COLLECTING)
        for stretch in row[f"{state.label} ({state})"].split()
        for on in span(*(date.fromisoformat(edge) for edge in (stretch[:10], stretch[-10:])))
    }
    assert {on for *_of, on in gone if first <= on <= last} <= stated
    assert in_cell(row["Missing"]) == gone
    assert in_cell(row["Called whole with rows missing"]) == short
    assert row["Complete"] == "no"


def at_noon(on: date) -> str:
    return noon((LAST - on).days)


def name_of(source: str, store: Store | None) -> str:
    name = Source.objects.get(code=source).name
    return f"{name} · {store.name}" if store else name


def printed(merchant: Merchant, **asked: Any) -> str:
    out = io.StringIO()
    call_command("report", merchant.code, stdout=out, **asked)
    return out.getvalue()


# A tenth of a source, which comes after all.


def beat() -> None:
    """What the beat does every five minutes, and the workers after it."""
    tasks.tell_overdue()
    tasks.request_due()
    for job in Job.objects.filter(state=JobState.QUEUED, kind="attribution.run"):
        assert queue.run_now(job).state == JobState.DONE, job.error


def rows_of(random: Random, listing: Listing, asked: list[date]) -> dict[str, list[dict[str, Any]]]:
    """Reads and clicks, orders of random money, and a few refunds, on each of the days."""
    users = [f"u{k}" for k in range(5)]
    found: dict[str, list[dict[str, Any]]] = {"community": [], "taobao_tmall": []}
    for on in asked:
        at: dict[str, Any] = {"days_ago": (LAST - on).days, "user_id": random.choice(users)}
        found["community"] += [
            touch(f"t{on}{k}", listing, **at, kind=random.choice(["view", "click"]))
            for k in range(2)
        ]
        sold: dict[str, Any] = {
            "occurred_at": noon((LAST - on).days),
            "user_id": random.choice(users),
        }
        fen = random.randint(100, 99_999)
        found["taobao_tmall"].append(order(f"c{on}", listing, **sold, value_fen=fen))
        if random.random() < 0.2:
            back = order(f"r{on}", listing, **sold, kind="refund", refund_of=f"c{on}")
            found["taobao_tmall"].append({**back, "value_fen": random.randint(1, fen)})
    return found


def deliver(sent: Sent, source: str, rows: list[dict[str, Any]], asked: list[date]) -> None:
    """A file for each stretch of the days, which its sender calls whole."""
    for first_on, last_on in spans(sorted(asked)):
        own = [row for row in rows if str(first_on) <= row["occurred_at"][:10] <= str(last_on)]
        sent(source, *own, whole=(first_on, last_on))


def by_days(merchant: Merchant, asked: list[date]) -> dict[str, int | None]:
    """The credited net GMV of each day as the file of days has it, in fen."""
    rows = told(merchant, first_on=asked[0], last_on=asked[-1], by="day")["rows"]
    return {row["key"]: row["credited_net_gmv"] for row in rows}


@pytest.mark.parametrize("code", ["community", "taobao_tmall"])
def test_a_tenth_of_a_source_turns_the_lamp_until_it_comes_and_all_is_as_if_it_never_lacked(
    listed: Listing,
    sent: Sent,
    client_of: Callable[[User], Any],
    alice: User,
    admin: User,
    settings: Any,
    tmp_path: Path,
    code: str,
) -> None:
    Source.objects.update(delay_days=1)
    random, shop, client = Random(SEED), listed.merchant, client_of(alice)
    asked = span(LAST - 16 * DAY, LAST)
    gone = sorted(random.sample(asked, 2))
    rows = rows_of(random, listed, asked)
    for source, own in rows.items():
        deliver(sent, source, own, [on for on in asked if source != code or on not in gone])
    name = "Community" if code == "community" else name_of(code, listed.product.store)
    days_asked = {"first_on": asked[0], "last_on": asked[-1]}
    address = reverse("reports:report-detail", args=[shop.code], query=days_asked)

    beat()
    page = client.get(address)
    assert page.context["page"].lamp == "red"
    [waited] = page.context["page"].waited_for
    assert (waited.name, waited.spans) == (name, spans(gone))
    home = client.get(reverse("reports:home-merchant", args=[shop.code]))
    assert home.context["page"].lamp == "red"
    models = client.get(reverse("reports:report-models", args=[shop.code], query=days_asked))
    note = client.get(
        reverse("merchants:note-detail", args=[shop.code, listed.note_id], query=days_asked)
    )
    for one in (page, home, models, note):
        said = one.content.decode()
        assert f"<strong>{name}</strong>" in said
        assert "complete and" not in said
    assert f"Data {100 * 32 // 34}% there" in page.content.decode()
    before = told(shop, **days_asked)
    assert (before["is_complete"], before["completeness_percent"]) == (False, 100 * 32 // 34)
    store = None if code == "community" else listed.product.store.external_id
    assert named(before, "missing") == {(code, store, on) for on in gone}
    for user in (alice, admin):
        notices = [str(one) for one in Notice.objects.filter(user=user)]
        for first_on, last_on in spans(gone):
            of = str(first_on) if first_on == last_on else f"{first_on} – {last_on}"
            assert any("overdue" in one and of in one for one in notices), (user, notices)

    moment, before_by_day = clock.now(), by_days(shop, asked)
    deliver(sent, code, rows[code], gone)
    beat()
    page = client.get(address)
    assert page.context["page"].lamp == "green"
    assert "All 17 days are complete and up to date" in page.content.decode()
    after = told(shop, **days_asked)
    assert (after["is_complete"], after["completeness_percent"], after["missing"]) == (
        True,
        100,
        [],
    )

    # What the restatements say that changed is what changed between the two files. A day of which
    # nothing had come had no numbers in the first one, whatever had been computed of it.
    found, after_by_day = Restatement.objects.filter(at__gte=moment), by_days(shop, asked)
    assert found
    for one in found:
        was, now = (by_day.get(one.on.isoformat()) for by_day in (before_by_day, after_by_day))
        difference = one.new["credited_fen"] - (0 if was is None else one.old["credited_fen"])
        assert (now or 0) - (was or 0) == difference, one.on
    if code == "taobao_tmall":
        for part, metric, headline in (
            ("total", "credited_net_gmv", "credited_fen"), ("orders", "all_net_gmv", "orders_fen"),
            ("orders", "all_orders", "orders"),
        ):  # fmt: skip
            difference = sum(one.new[headline] - one.old[headline] for one in found)
            assert after[part][metric] - before[part][metric] == difference != 0, metric

    # The numbers are those of a run over all of it at once.
    settings.LAKE_URL = str(tmp_path / "at once")
    for source, own in rows.items():
        # In another order: a file of the same bytes would be known.
        sent(source, *reversed(own))
    contents, work = Contents(), tmp_path / "work"
    versions = days.Versions(
        lake.current_version("touchpoints"), lake.current_version("conversions")
    )
    nouns = dimensions.tables([shop.pk])
    for table, facts in days.compute(
        asked[0], asked[-1], versions=versions, nouns=nouns, work_dir=work
    ):
        contents.add(table, facts)
    shown = ReportDay.objects.current().filter(merchant=shop, on__in=asked)
    assert {day.on: day.content for day in shown} == {
        on: contents.of((shop.pk, on)) for on in asked
    }
