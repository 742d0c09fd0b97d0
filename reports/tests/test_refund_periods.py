"""How long orders may be sent back is set by category; no day is final before it is over."""

import csv
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from html import unescape
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse

from merchants.catalogue import verbs as products
from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock, words
from portal.accounts.models import AuditEntry, User
from portal.refusals import Outdated, Refusal
from reports.answers import coverage, giving, provenance
from reports.answers.day_states import DayState
from reports.answers.question import Question
from reports.attribution.tests.steps import LAST, attribute
from reports.sources import refunding, refunds
from reports.sources.refunds import Longest, RefundPeriod
from reports.tests.whole_files import Sent, asked, everything, listed, sent, states

__all__ = ["listed", "sent"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def finished(listed: Listing, sent: Sent) -> Iterator[Listing]:
    """Her listing, more than 15 days after the last day is whole and computed."""
    everything(sent, listed)
    attribute()
    with clock.at(clock.now() + timedelta(days=17)):
        yield listed


def later() -> AbstractContextManager[None]:
    return clock.at(clock.now() + timedelta(minutes=1))


def set_days(category: Category, days: int, by: User, **more: Any) -> RefundPeriod:
    return refunding.set_days(category, days=days, reason="As agreed.", by=by, **more)


def state(shop: Merchant) -> DayState:
    return states(shop).states[LAST].state


def test_a_day_is_final_only_when_the_period_of_what_is_sold_is_over(
    finished: Listing, admin: User, alice: User, client_of: Any
) -> None:
    shop, sold = finished.merchant, finished.product.category
    page = asked(shop)
    assert "The day is complete and final" in client_of(alice).get(page).content.decode()
    set_days(sold, 30, admin)
    said = client_of(alice).get(page).content.decode()
    assert "The day is complete and up to date; orders may still be returned" in said
    assert "complete and final" not in said
    passed = (clock.today() - LAST).days
    set_days(sold, passed - 1, admin)
    assert state(shop) == DayState.FINAL
    set_days(sold, passed, admin)
    assert state(shop) == DayState.PROVISIONAL


def test_the_narrowest_category_rules_and_the_longest_of_all_that_is_sold(
    finished: Listing, admin: User
) -> None:
    shop, beauty = finished.merchant, finished.product.category
    inner = Category.objects.create(code="inner", name_zh="x", name_en="x", parent=beauty)
    other = Category.objects.create(code="other", name_zh="y", name_en="y")
    set_days(other, 90, admin)
    assert state(shop) == DayState.FINAL
    product = finished.product
    Product.objects.filter(store__merchant=shop).update(category=inner)
    set_days(beauty, 30, admin)
    assert refunds.longest(shop, as_of=clock.now()) == Longest(30, (beauty,))
    set_days(inner, 7, admin)
    assert refunds.longest(shop, as_of=clock.now()) == Longest(7, (inner,))
    products.add(product.store, external_id="123456789012", title="Lamp", category=other,
                 price_fen=None, by=shop.team.memberships.get(role="owner").user)  # fmt: skip
    assert refunds.longest(shop, as_of=clock.now()) == Longest(90, (other,))
    assert state(shop) == DayState.PROVISIONAL


def test_an_answer_that_was_given_stays_as_it_was(
    finished: Listing, admin: User, alice: User
) -> None:
    product, other = finished.product, Category.objects.create(code="o", name_zh="o", name_en="o")
    set_days(product.category, 30, admin)

    def told(question: Question) -> dict[str, Any]:
        return provenance.in_json(question, coverage.coverage(question))

    question = giving.given(Question(finished.merchant, LAST, LAST))
    before = told(question)
    assert before["days"][0]["state"] == "provisional"
    with later():
        set_days(product.category, 10, admin)
        assert state(finished.merchant) == DayState.FINAL
        assert told(question) == before
        # Nor does it change when the product lies elsewhere from now on.
        products.edit(product, title=product.title, category=other, price_fen=None,
                      is_available=True, by=alice)  # fmt: skip
        assert refunds.longest(finished.merchant, as_of=clock.now()) == Longest()
        assert told(question) == before


def test_an_admin_sets_a_period_on_a_page_and_managers_read_it(
    admin: User, manager: User, client_of: Any
) -> None:
    beauty = Category.objects.get(code="beauty")
    form = reverse("reports:refund-edit", args=[beauty.pk])
    listing = reverse("reports:refund-list")
    client = client_of(admin)
    version = client.get(form).context["form"]["version"].value()
    given = {"version": version, "days": "30", "reason": "Seven days, and the way back."}
    assert client.post(form, given | {"days": "181"}).status_code == 422
    assert client.post(form, given).status_code == 302
    assert client.post(form, given).status_code == 422
    entry = AuditEntry.objects.get(verb="category.refund_period_set")
    assert (entry.old, entry.new) == ({"refund_days": None}, {"refund_days": 30})
    page = client_of(manager).get(listing).content.decode()
    assert "Seven days, and the way back." in page
    assert form not in page
    assert form in client.get(listing).content.decode()
    assert RefundPeriod.objects.get().days == 30


def test_what_cannot_be_set_is_refused(admin: User, manager: User) -> None:
    beauty = Category.objects.get(code="beauty")
    with pytest.raises(Refusal, match="From 0 to 180 days"):
        set_days(beauty, 181, admin)
    with pytest.raises(PermissionDenied):
        set_days(beauty, 20, manager)
    with pytest.raises(Outdated):
        set_days(beauty, 20, admin, version="")
    assert not RefundPeriod.objects.exists()


def test_the_report_says_whose_period_rules_and_from_when_its_days_are_final(
    finished: Listing, admin: User, alice: User, client_of: Any
) -> None:
    shop, sold = finished.merchant, finished.product.category
    page = f"{asked(shop)}&by=day"

    def said() -> str:
        return unescape(client_of(alice).get(page).content.decode())

    assert "Final from" not in said()
    assert printed(shop, "csv")[0]["State"] == "final"
    set_days(sold, 30, admin)
    last_of_it = LAST + timedelta(days=31)
    told = f"Final from {words.day(last_of_it)}: returns of {sold} run 30 days."
    assert told in said()
    # In its row, too.
    assert f"final from {words.day(last_of_it)}" in said()
    assert told in printed(shop, "table")
    [row] = printed(shop, "csv")
    assert (row["State"], row["Final from"]) == ("provisional", last_of_it.isoformat())
    assert (row["Refund period in days"], row["Refund period of"]) == ("30", sold.code)
    answer = printed(shop, "json")
    assert answer["refund_period"] == {"days": 30, "categories": [sold.code]}
    assert answer["rows"][0]["state"] == answer["days"][0]["state"] == "provisional"
    assert answer["rows"][0]["final_from"] == last_of_it.isoformat()
    # The other way round: on that day it is.
    with clock.at(clock.now() + (last_of_it - clock.today())):
        assert state(shop) == DayState.FINAL
    with clock.at(clock.now() + (last_of_it - clock.today()) - timedelta(days=1)):
        assert state(shop) == DayState.PROVISIONAL


def test_rows_of_other_breakdowns_have_spans_of_states_alone(finished: Listing) -> None:
    [row] = printed(finished.merchant, "csv", by="note")
    assert "State" not in row
    assert row["Final (final)"] == LAST.isoformat()


def printed(shop: Merchant, form: str, by: str = "day") -> Any:
    out = StringIO()
    days = {"first_on": LAST, "last_on": LAST}
    call_command("report", shop.code, **days, by=by, format=form, stdout=out)
    text = out.getvalue()
    if form == "json":
        return json.loads(text)
    return list(csv.DictReader(StringIO(text))) if form == "csv" else text
