"""Days on which notes had a part in orders without their credit, and what is told of it."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal.accounts.models import User
from reports.attribution.choices import Model
from reports.attribution.models import ReportDay
from reports.metrics import registry as metrics
from reports.metrics.sums import ORDER
from reports.tests.conftest import ListProduct
from reports.tests.factory import credit, day, publish

ClientOf = Callable[[User], Client]
CODE = metrics.ASSISTED.code
WITH_ASSISTS = {Model.LAST_TOUCH, Model.FIRST_TOUCH}
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


def downloaded(answer: Any) -> str:
    text: str = b"".join(answer).decode("utf-8-sig")
    return text
