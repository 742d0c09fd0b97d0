"""Warnings about estimated money, and how much is in, go wherever such numbers go."""

import csv
import io
import json
from typing import Any

import pytest
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal.accounts.models import User
from reports.answers import doubts
from reports.attribution.choices import Model
from reports.attribution.models import ReportDay
from reports.tests.factory import day, publish
from reports.tests.sampled_reports import RATIO, address, printed, sampled

pytestmark = pytest.mark.django_db
__all__ = ["sampled"]


def test_warnings_of_money_stand_wherever_it_is_told(
    client_of: Any,
    alice: User,
    shop: Merchant,
    sampled: list[ReportDay],
    sunscreen: Listing,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Page, comparison, object, files and command, from one home: without it all of them go."""
    query = {"first_on": day(2).isoformat(), "last_on": day(1).isoformat()}
    comparison = reverse("reports:report-models", args=[shop.code], query=query)
    item = reverse(
        "reports:report-object", args=[shop.code, "note", sunscreen.note_id], query=query
    )
    client = client_of(alice)

    def fetched(url: str, form: str) -> Any:
        text = b"".join(client.get(f"{url}&export={form}")).decode("utf-8-sig")
        return json.loads(text) if form == "json" else next(csv.DictReader(io.StringIO(text)))

    def told() -> list[bool]:
        pages = [client.get(url).content.decode() for url in (address(shop), comparison)]
        pages.append(client.get(sunscreen.get_absolute_url()).content.decode())
        lines = [fetched(url, "csv") for url in (address(shop), comparison, item)]
        answers = [json.loads(printed(shop, format="json"))]
        answers += [fetched(url, "json") for url in (comparison, item)]
        assert [line[RATIO] for line in lines] == ["0.5"] * 3
        rows = [row for answer in answers for row in answer.get("rows", ())]
        return [
            *("than 30 buyers" in page for page in (*pages, printed(shop))),
            *(line["Warnings"] == "few_buyers" for line in lines),
            *(one["warnings"] == ["few_buyers"] for one in (*answers, *rows)),
        ]

    assert told() == [True] * 12
    monkeypatch.setattr(doubts, "is_of_few", lambda *given, **more: False)
    assert told() == [False] * 12


def test_a_file_of_an_object_says_how_much_is_in(
    client_of: Any, alice: User, shop: Merchant, sampled: list[ReportDay], sunscreen: Listing
) -> None:
    """By touch day alone, and where its touches are its own; the comparison by model."""
    days = {"first_on": day(17).isoformat(), "last_on": day(17).isoformat()}
    client = client_of(alice)

    def fetched(url: str, form: str = "json", **more: str) -> Any:
        text = b"".join(client.get(url, {**days, "export": form, **more})).decode("utf-8-sig")
        return json.loads(text) if form == "json" else next(csv.DictReader(io.StringIO(text)))

    publish(shop, *(day(ago) for ago in range(17, 2, -1)))
    place = [shop.code, "note", sunscreen.note_id]
    note = reverse("reports:report-object", args=place)
    assert "share_in" not in fetched(note)["numbers"]
    by_touch = fetched(note, time_base="touch")
    assert by_touch["numbers"]["share_in"] == "1"
    assert by_touch["metrics"][-1]["code"] == "share_in"
    assert fetched(note, "csv", time_base="touch")["Share in [share_in]"] == "1.000000"
    place[1:] = ["listing", sunscreen.pk]
    shared = reverse("reports:report-object", args=place)
    assert "share_in" not in fetched(shared, time_base="touch")["numbers"]
    models = reverse("reports:report-models", args=[shop.code])
    told = fetched(models, time_base="touch")["maturity"]["models"]
    assert told == {model.value: {"percent": 100} for model in Model}
    assert fetched(models)["maturity"] is None
