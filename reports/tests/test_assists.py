"""An order in which a note had a part without the credit stands beside what is credited, and is
never added to it, nor to itself."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from reports.answers.assists import Assists
from reports.attribution.models import ReportDay
from reports.attribution.tests.conftest import Take, sold, take
from reports.attribution.tests.steps import LAST, attribute
from reports.metrics import registry as metrics
from reports.metrics.sums import MICRO, ORDER, Sums
from reports.metrics.terms import SUMS, Term
from reports.tests.conftest import ListProduct
from reports.tests.factory import credit, day, publish

__all__ = ["sold", "take"]

ClientOf = Callable[[User], Client]
CODE = metrics.ASSISTED.code
ALL: dict[str, Any] = {"first_on": day(3), "last_on": day(2)}


def assists(notes: int, listings: int, *, whole: tuple[int, int] = (0, 0)) -> dict[str, int]:
    """What a fact counts under last touch: of its note, of its listing, and of all of these."""
    counted = {
        "by_note": notes, "by_listing": listings, "among_notes": whole[0],
        "among_listings": whole[1],
    }  # fmt: skip
    return {f"last_touch_assists_{which}": count for which, count in counted.items() if count}


@pytest.fixture
def pinned(shop: Merchant, sunscreen: Listing, list_product: ListProduct) -> Listing:
    """A second listing on the note of the sunscreen."""
    return list_product(shop, "Lotion", on=sunscreen)


@pytest.fixture
def led(shop: Merchant, sunscreen: Listing, lipstick: Listing, pinned: Listing) -> list[ReportDay]:
    """On the first day an order is the sunscreen's, and its second listing had a part in it, as the
    lipstick had. On the second the lipstick has one, in which the note of the sunscreen had a part
    at both of its listings, and a part in one of the sunscreen's."""
    days = publish(shop, *(day(ago) for ago in (3, 2)))
    nothing = {"credit_micro": None, "value_fen": None}
    credit(days[0], sunscreen, ORDER, value_fen=100)
    credit(days[0], pinned, ORDER, **nothing, **assists(0, 1, whole=(0, 1)))
    credit(days[0], lipstick, ORDER, **nothing, **assists(1, 1, whole=(1, 0)))
    credit(days[1], lipstick, ORDER, **assists(1, 1))
    credit(days[1], sunscreen, ORDER, **assists(1, 1, whole=(2, 2)))
    credit(days[1], pinned, ORDER, **nothing, **assists(0, 1))
    return days


def answered(shop: Merchant, **asked: Any) -> dict[str, Any]:
    said = io.StringIO()
    call_command("report", shop.code, **{**ALL, **asked}, format="json", stdout=said)
    answer: dict[str, Any] = json.loads(said.getvalue())
    return answer


def told(shop: Merchant, **asked: Any) -> tuple[dict[str, Any], Any]:
    """The assisted orders of each row by its name, and of all rows together."""
    answer = answered(shop, **asked)
    return {row["name"]: row[CODE] for row in answer["rows"]}, answer["total"][CODE]


def test_an_order_counts_once_in_each_row_and_once_in_all(
    shop: Merchant, led: list[ReportDay]
) -> None:
    """The rows of notes and of listings share orders: all together are fewer than their sum."""
    assert told(shop) == ({"Why Sunscreen": 1, "Why Lipstick": 2}, 3)
    of_listings, whole = told(shop, by="listing")
    assert sorted(of_listings.values()) == [1, 2, 2]
    assert whole == 3
    assert told(shop, by="day")[1] == 3
    assert sorted(told(shop, by="day")[0].values()) == [1, 2]
    assert told(shop, by="store_kind")[1] == 3
    assert told(shop, **dict.fromkeys(("first_on", "last_on"), day(2)))[1] == 2


def test_what_counts_an_order_several_times_has_no_such_number(
    shop: Merchant, led: list[ReportDay]
) -> None:
    for asked in ({"by": "placement"}, {"by": "boost"}, {"time_base": "touch"}):
        assert CODE not in answered(shop, **asked)["total"]


def test_a_model_that_credits_each_touch_has_none(shop: Merchant, led: list[ReportDay]) -> None:
    rows, whole = told(shop, model="linear")
    assert {*rows.values(), whole} <= {0}
    assert told(shop, model="first_touch")[1] == 0


def test_page_file_and_command_say_the_same(
    client_of: ClientOf, alice: User, shop: Merchant, led: list[ReportDay]
) -> None:
    page = client_of(alice).get(reverse("reports:report-detail", args=[shop.code]), ALL)
    table = page.context["table"]
    assert [row.get_cell(CODE) for row in table.rows] == ["1", "2"]
    assert table.columns[CODE].footer == "3"
    said = io.StringIO()
    call_command("report", shop.code, **ALL, format="csv", stdout=said)
    rows = list(csv.DictReader(io.StringIO(said.getvalue())))
    assert [row[f"Assisted orders [{CODE}]"] for row in rows] == ["1", "2"]
    said = io.StringIO()
    call_command("report", shop.code, **ALL, format="table", stdout=said)
    assert "Assisted orders" in said.getvalue().splitlines()[0]


def test_of_the_rows_that_words_find_nobody_knows_the_number_together(
    client_of: ClientOf, alice: User, shop: Merchant, led: list[ReportDay]
) -> None:
    """One of them has its own; two may share orders."""
    address = reverse("reports:report-detail", args=[shop.code])
    for words, number in (("Lipstick", "2"), ("Why", "–")):
        table = client_of(alice).get(address, {**ALL, "q": words}).context["table"]
        assert table.columns[CODE].footer == number, words


def test_the_comparison_has_it_beside_what_each_model_credits(
    client_of: ClientOf, alice: User, shop: Merchant, led: list[ReportDay]
) -> None:
    client, address = client_of(alice), reverse("reports:report-models", args=[shop.code])
    page = client.get(address, ALL).content.decode()
    assert [int(n) for n in re.findall(r"assisted (\d+)", page)][:1] == [1]
    answer = json.loads(_downloaded(client.get(address, {**ALL, "export": "json"})))
    by_model = {
        row["name"]: {model: of["assisted_orders"] for model, of in row["models"].items()}
        for row in answer["rows"]
    }
    assert by_model["Why Lipstick"] == {
        "last_touch": 2, "first_touch": 0, "linear": 0, "time_decay": 0, "position_based": 0,
    }  # fmt: skip
    assert answer["totals"]["last_touch"][CODE] == 3


def _downloaded(answer: Any) -> str:
    text: str = b"".join(answer).decode("utf-8-sig")
    return text


def test_a_note_and_a_listing_have_it_and_what_has_several_listings_has_not(
    client_of: ClientOf, alice: User, shop: Merchant, lipstick: Listing, led: list[ReportDay]
) -> None:
    keys: dict[str, Model] = {
        "note": lipstick.note, "listing": lipstick, "product": lipstick.product,
        "store": lipstick.product.store,
    }  # fmt: skip
    for kind, row in keys.items():
        address = reverse("reports:report-object", args=[shop.code, kind, row.pk])
        answer = client_of(alice).get(address, {**ALL, "export": "json"})
        numbers = json.loads(_downloaded(answer))["numbers"]
        assert numbers.get(CODE) == {"note": 2, "listing": 2}.get(kind)


def test_rows_go_in_order_of_their_assists(
    client_of: ClientOf, alice: User, shop: Merchant, led: list[ReportDay]
) -> None:
    for order, names in (
        (f"-{CODE}", ["Lipstick", "Sunscreen"]),
        (CODE, ["Sunscreen", "Lipstick"]),
    ):
        page = client_of(alice).get(
            reverse("reports:report-detail", args=[shop.code]), {**ALL, "sort": order}
        )
        assert [row.record["name"].split()[-1] for row in page.context["table"].rows] == names


def test_in_a_sample_it_is_an_estimate(shop: Merchant, lipstick: Listing) -> None:
    (yesterday,) = publish(shop, day(2))
    for group in range(20):
        credit(
            yesterday, lipstick, ORDER, credit_micro=None, user_group=group, sampling_ratio=0.5,
            **assists(1, 1, whole=(1, 1)),
        )  # fmt: skip
    answer = answered(shop)
    assert answer["total"][CODE] == 40
    low, high = answer["total"]["intervals"][CODE]
    assert low < 40 < high
    assert low >= 20


def test_days_from_before_have_a_dash_and_are_named(
    client_of: ClientOf, alice: User, shop: Merchant, led: list[ReportDay]
) -> None:
    """The twin of the number: where one of its days does not know it, it is not a smaller one."""
    ReportDay.objects.filter(pk=led[0].pk).update(has_assists=False)
    assert told(shop) == ({"Why Sunscreen": None, "Why Lipstick": None}, None)
    assert sorted(told(shop, by="day")[0].items(), key=lambda one: str(one[1]))[0][1] == 2
    page = client_of(alice).get(reverse("reports:report-detail", args=[shop.code]), ALL)
    assert 'id="without-assists"' in page.content.decode()
    assert page.context["table"].columns[CODE].footer == "–"
    led[0].refresh_from_db()
    ReportDay.objects.filter(pk=led[0].pk).update(has_assists=None)
    assert told(shop)[1] == 3


def test_files_of_days_from_before_are_given_again_as_they_were(
    client_of: ClientOf,
    alice: User,
    shop: Merchant,
    sunscreen: Listing,
    led: list[ReportDay],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Files of days without assists have no column of them, and none when asked again."""
    ReportDay.objects.update(has_assists=False)
    moment = clock.now()
    addresses = [
        reverse("reports:report-detail", args=[shop.code]),
        reverse("reports:report-models", args=[shop.code]),
        reverse("reports:report-object", args=[shop.code, "listing", sunscreen.pk]),
    ]
    asked = [(address, form) for address in addresses for form in ("csv", "json")]
    asked.remove((addresses[0], "json"))

    def files() -> list[str]:
        client = client_of(alice)
        downloads = [
            _downloaded(client.get(address, {**ALL, "export": form, "as_of": moment.isoformat()}))
            for address, form in asked
        ]
        return [*downloads, json.dumps(answered(shop, as_of=moment))]

    given = files()
    assert not any(CODE in file for file in given)
    with clock.at(clock.now() + timedelta(seconds=5)):
        led_again = ReportDay.objects.filter(merchant=shop)
        led_again.update(superseded_at=clock.now())
        publish(shop, *(day(ago) for ago in (3, 2)))
        assert files() == given
        assert CODE in answered(shop)["total"]
    monkeypatch.setattr(Assists, "told_in_files", lambda self, asked: list(asked))
    assert files() != given


def test_a_run_counts_them_also_of_days_from_before(sold: Listing, take: Take) -> None:
    """What was shown without them stays as it was; a worker of the version before, who knows
    nothing of the column, says nothing of them."""
    attribute()
    ReportDay.objects.update(has_assists=False, content="0" * 32)
    attribute()
    assert list(ReportDay.objects.order_by("pk").values_list("has_assists", flat=True)) == [
        False,
        True,
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO reports_reportday (merchant_id, "on", run_id, published_at)'
            ' SELECT merchant_id, "on" - 9, run_id, published_at FROM reports_reportday LIMIT 1'
            " RETURNING has_assists"
        )
        assert cursor.fetchone() == (False,)
    day_before = LAST - timedelta(days=9)
    ReportDay.objects.filter(on=day_before).update(content="0" * 32)
    attribute(day_before, day_before)
    known = ReportDay.objects.current().get(on=day_before)
    ReportDay.objects.filter(pk=known.pk).update(has_assists=False)
    attribute(day_before, day_before)
    known.refresh_from_db()
    assert known.superseded_at is None
    assert known.has_assists is None


def test_no_number_adds_assists_to_anything() -> None:
    for metric in (
        *metrics.BREAKDOWN,
        *metrics.BY_TOUCH_DAY,
        *metrics.UNKNOWN,
        metrics.ORDER_VALUE,
    ):
        term: Any = metric.of(SUMS)
        assert isinstance(term, Term)
        is_it = metric == metrics.ASSISTED
        assert ("assisted" in term.columns) is is_it, metric.code
        assert not is_it or term.columns == {"assisted"}


def test_two_notes_together_have_no_number_and_one_on_two_days_has() -> None:
    def of(*notes: int) -> Any:
        parts = [Sums(assisted_of={note}) for note in notes]
        for part in parts:
            part.assisted.take(ORDER, 1, None, None)
            part.credited_micro.take(ORDER, MICRO, None, None)
        return Sums.of(parts)

    assert metrics.ASSISTED.of(of(1, 2)) is None
    assert metrics.ORDERS.of(of(1, 2)) == 2 * MICRO
    assert metrics.ASSISTED.of(of(1, 1)) == 2
