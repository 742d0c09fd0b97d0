"""Every number of a report says what it counts, and no number mixes what cannot be mixed."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from typing import Any, cast

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal.accounts.models import User
from reports.events.contract import CONVERSIONS, TOUCHPOINTS
from reports.metrics import registry as metrics
from reports.metrics.meanings import GRAINS, POPULATIONS, Additive, Grain, population_of
from reports.metrics.registry import Metric
from reports.metrics.sums import ORDER, Orders, Sums
from reports.metrics.terms import ORDERS, SUMS, Term
from reports.metrics.worth import CONTRIBUTION_TO_COST
from reports.tests.factory import conversion, credit, day, publish, touch
from reports.tests.spent import assumed, boost_of, delivered, paid


@dataclass(frozen=True)
class Side:
    """What one side of a formula is made of."""

    populations: frozenset[str]
    grains: frozenset[Grain]


# What boosts brought for their cost: its credit, and ratios to it.
CREDITED = metrics.BROUGHT[:5]
RATIOS = (*metrics.BROUGHT[5:], *metrics.BROUGHT_FOR_ALL, CONTRIBUTION_TO_COST)
OF_COSTS = (
    *metrics.BROUGHT,
    *metrics.BROUGHT_FOR_ALL,
    CONTRIBUTION_TO_COST,
    *metrics.UNMEASURED,
    metrics.UNPRICED_BOOSTED,
)
# By the day of the touch credit is asked of notes and boosts alone, as touches are.
BY_TOUCH_DAY = {**GRAINS, "credit_micro": Grain.EXPOSURE, "value_fen": Grain.EXPOSURE}


def sides(metric: Metric[Any], grains: dict[str, Grain]) -> list[Side]:
    """What a metric is made of: of a ratio what is divided by what, of anything else itself."""
    asked: Any = ORDERS if metric in metrics.ORDERS_IN_FILES else SUMS
    term = cast("Term", metric.of(asked))
    return [
        Side(
            frozenset(population_of(kind) for kind in side.kinds),
            frozenset(grains[column] for column in side.columns),
        )
        for side in term.sides or (term,)
    ]


def mixes(metric: Metric[Any], grains: dict[str, Grain] = GRAINS) -> str:
    """What is mixed in a metric that must not be; empty where it is sound."""
    found = sides(metric, grains)
    if any(len(side.populations) != 1 for side in found):
        return "population"
    if {grain for side in found for grain in side.grains} != {metric.grain}:
        return "grain"
    if found[0].populations != {metric.population}:
        return "name of the population"
    shared = metric.grain == Grain.EXPOSURE
    # An order has several assists, so that rows of them do not add up.
    is_apart = len(found) > 1 or metric.grain == Grain.ASSIST
    sound = Additive.NO if is_apart else Additive.SHARED if shared else Additive.YES
    return "" if metric.additive == sound else "additive"


def shown(client: Client, shop: Merchant, **asked: Any) -> Iterator[str]:
    """The codes of all metrics of page, CSV and JSON."""
    days = {"first_on": day(1), "last_on": day(1), **asked}
    page = client.get(reverse("reports:report-detail", args=[shop.code], query=days))
    yield from re.findall(r'data-metric="(\w+)"', page.content.decode())
    for form in ("csv", "json"):
        said = io.StringIO()
        call_command("report", shop.code, **days, format=form, stdout=said)
        if form == "csv":
            [head, *_rows] = csv.reader(io.StringIO(said.getvalue()))
            yield from (name.split("[")[1].rstrip("]") for name in head if "[" in name)
        else:
            answer = json.loads(said.getvalue())
            codes = [*answer["total"], *(answer["orders"] or ())]
            yield from codes
            assert {metric["code"] for metric in answer["metrics"]} == set(codes)


@pytest.fixture
def sold(shop: Merchant, sunscreen: Listing) -> Listing:
    """A computed day on which all that there is happened."""
    (yesterday,) = publish(shop, day(1))
    for kind in TOUCHPOINTS.choices("kind"):
        touch(yesterday, sunscreen, kind)
    for kind in CONVERSIONS.choices("kind"):
        credit(yesterday, sunscreen, kind, value_fen=100)
    conversion(yesterday, sunscreen, level="product", value_fen=100)
    delivered(boost_of(sunscreen.note), day(1), 300)
    paid(sunscreen.note, day(1), 500)
    assumed(shop, day(30))
    return sunscreen


# What a boost was asked for is told of boosts for it alone, see test_spending.
OF_AIMS = {metrics.AUTHOR_FOLLOWS.code}


def test_every_number_of_page_csv_and_json_has_one_population_and_one_grain(
    client_of: Any, alice: User, shop: Merchant, sold: Listing
) -> None:
    codes = Counter(shown(client_of(alice), shop))
    by_touch_day = (*metrics.BY_TOUCH_DAY, *metrics.MATURITY, *OF_COSTS)
    by_order_day = metrics.REGISTRY.keys() - {metric.code for metric in by_touch_day}
    assert codes.keys() == by_order_day - {metrics.ORDER_VALUE.code, *OF_AIMS}
    found = {code: mixes(metrics.REGISTRY[code]) for code in by_order_day}
    assert found == dict.fromkeys(by_order_day, "")


def test_a_formula_that_mixes_is_found() -> None:
    mixed = replace(metrics.NET_GMV, compute=lambda s: s.value_fen[ORDER] + s.value_fen["cart"])
    assert mixes(mixed) == "population"
    assert mixes(replace(metrics.READS, grain=Grain.CREDIT)) == "grain"
    assert mixes(replace(metrics.ORDER_VALUE, additive=Additive.YES)) == "additive"
    assert mixes(replace(metrics.READS, additive=Additive.YES)) == "additive"
    assert mixes(replace(metrics.GMV, population=metrics.CARTS.population)) != ""


def test_a_ratio_to_reads_has_one_grain_by_the_day_of_the_touch_alone(
    client_of: Any, alice: User, shop: Merchant, sold: Listing
) -> None:
    """By day of the conversion it would be one of two days, so no report shows it there."""
    ratios = {metric.code for metric in metrics.BY_TOUCH_DAY}
    assert ratios == {metrics.GMV_PER_MILLE.code}
    assert mixes(metrics.GMV_PER_MILLE) == "grain"
    assert mixes(metrics.GMV_PER_MILLE, BY_TOUCH_DAY) == ""
    for metric in (*metrics.BROUGHT, *metrics.BROUGHT_FOR_ALL, CONTRIBUTION_TO_COST):
        of_touch = replace(metric, grain=Grain.EXPOSURE) if metric in CREDITED else metric
        additive = Additive.SHARED if metric in CREDITED else metric.additive
        assert mixes(replace(of_touch, additive=additive), BY_TOUCH_DAY) == "", metric.code
    codes = Counter(shown(client_of(alice), shop, time_base="touch"))
    orders = {metric.code for metric in metrics.ORDERS_IN_FILES}
    of_days = {metric.code for metric in metrics.MATURITY} - {metrics.SHARE_IN.code}
    apart = {metrics.ORDER_VALUE.code, metrics.ASSISTED.code}
    assert codes.keys() == metrics.REGISTRY.keys() - orders - of_days - apart - OF_AIMS


def files_of(client: Client, listing: Listing, **asked: Any) -> Iterator[tuple[str, str]]:
    """CSV and JSON of the report, the comparison of the models, and the objects of `listing`."""
    shop, days = listing.merchant.code, {"first_on": day(1), "last_on": day(1), **asked}
    said = {form: io.StringIO() for form in ("csv", "json")}
    for form, into in said.items():
        call_command("report", shop, **days, format=form, stdout=into)
    yield said["csv"].getvalue(), said["json"].getvalue()
    objects = {
        "note": listing.note_id, "listing": listing.pk, "product": listing.product_id,
        "store": listing.product.store_id,
    }  # fmt: skip
    for address in (
        reverse("reports:report-models", args=[shop]),
        *(reverse("reports:report-object", args=[shop, *one]) for one in objects.items()),
    ):
        answers: Any = [client.get(address, {**days, "export": form}) for form in said]
        in_csv, in_json = (b"".join(one).decode("utf-8-sig") for one in answers)
        yield in_csv, in_json


def told_wrongly(client: Client, listing: Listing, time_base: str) -> dict[str, str]:
    """What files say of their numbers that these are not made of, by the code of the number."""
    of_credit = Grain.CREDIT_OF_TOUCH if time_base == "touch" else Grain.CREDIT
    grains = {**GRAINS, "credit_micro": of_credit, "value_fen": of_credit}
    # What has a test of its own: a ratio of two grains that are one here, and what is not counted.
    of_two = (*metrics.BY_TOUCH_DAY, *metrics.MATURITY, *RATIOS, *metrics.UNMEASURED)
    apart = {metric.code for metric in of_two}
    found = {}
    for in_csv, in_json in files_of(client, listing, time_base=time_base):
        [head, *_rows] = csv.reader(io.StringIO(in_csv))
        told = {metric["code"]: metric for metric in json.loads(in_json)["metrics"]}
        # The comparison names the model before it.
        heads = {name.split("[")[1].rstrip("]").rpartition(".")[2] for name in head if "[" in name}
        # What the stores sold in all stands beside the rows, which CSV has alone.
        assert heads == told.keys() - {metric.code for metric in metrics.ORDERS_IN_FILES}
        for code in told.keys() - apart:
            said = {name: told[code][name] for name in ("population", "grain", "additive")}
            if wrong := mixes(replace(metrics.REGISTRY[code], **said), grains):
                found[code] = wrong
    return found


@pytest.mark.parametrize("time_base", ["order", "touch"])
def test_every_number_of_any_file_has_the_population_and_the_grain_that_it_says(
    client_of: Any, alice: User, sold: Listing, time_base: str
) -> None:
    assert told_wrongly(client_of(alice), sold, time_base) == {}


def test_a_file_that_names_another_day_is_found(
    client_of: Any, alice: User, sold: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twins: by touch day objects, or the comparison, would speak of order days."""
    for home in ("cut", "side_by_side"):
        with monkeypatch.context() as forgetting:
            forgetting.setattr(
                f"reports.answers.{home}.of_base", lambda question, asked, model=None: asked
            )
            found = told_wrongly(client_of(alice), sold, "touch")
            assert found.items() >= {"credited_gmv": "grain", "credited_orders": "grain"}.items()


def test_every_kind_of_event_has_a_population() -> None:
    kinds = {*TOUCHPOINTS.choices("kind"), *CONVERSIONS.choices("kind")}
    assert kinds <= POPULATIONS.keys()


def test_all_orders_are_counted_from_orders_alone() -> None:
    """What the page compares credit with is asked of orders, so its population is theirs."""
    assert all(metric.grain == Grain.STORE for metric in metrics.ORDERS_IN_FILES)
    assert {metric.of(Orders()) for metric in metrics.ORDERS_IN_FILES} == {0, None}


def test_json_says_what_a_program_must_know_before_it_adds(shop: Merchant, sold: Listing) -> None:
    said = io.StringIO()
    call_command("report", shop.code, first_on=day(1), last_on=day(1), format="json", stdout=said)
    told = {metric["code"]: metric for metric in json.loads(said.getvalue())["metrics"]}
    assert told["credited_gmv"] == {
        "code": "credited_gmv", "version": metrics.GMV.version, "unit": "fen",
        "population": "orders", "grain": "listing_boost_order_day", "additive": "yes",
        "unknown": "unpriced_orders", "is_shared": False, "is_connected": True,
        "statistic": "sum",
    }  # fmt: skip
    assert told["match_rate"]["additive"] == "no"


def test_hovering_a_name_tells_what_is_counted_by_what_and_whether_it_adds_up(
    client_of: Any, alice: User, shop: Merchant, sold: Listing
) -> None:
    days = {"first_on": day(1), "last_on": day(1)}
    page = client_of(alice).get(reverse("reports:report-detail", args=[shop.code], query=days))
    entries = dict(
        re.findall(r'<dd id="metric-(\w+)">(.*?)</dd>', page.content.decode(), re.DOTALL)
    )
    entries = {code: unescape(entry) for code, entry in entries.items()}
    assert entries.keys() == metrics.REGISTRY.keys()
    for code, metric in metrics.REGISTRY.items():
        assert str(metric.population.label) in entries[code]
        assert str(metric.grain.label) in entries[code]
        assert ("does not add up" in entries[code]) is (metric.additive != Additive.YES)


def test_sums_without_facts_are_unknown_nowhere_but_in_ratios() -> None:
    for metric in metrics.in_files(metrics.BREAKDOWN):
        assert metric.of(Sums()) == 0
