"""Six people make the same thing at once: it is made once, and the others are told so in words."""

import ast
import re
from collections.abc import Callable
from typing import Any

import pytest

from campaigns.funds import verbs as funds
from merchants.catalogue import verbs as products
from merchants.companies import verbs as companies
from merchants.companies.models import Merchant
from merchants.listings import verbs as listings
from merchants.listings.models import Listing
from merchants.stores import verbs as stores
from portal.accounts import people, teams
from portal.accounts.models import User
from portal.refusals import Refusal
from tests.racing import at_once
from tests.sources import modules

SIX = 6
Make = Callable[[], object]


@pytest.fixture
def fund(admin: User) -> Make:
    return lambda: funds.create("autumn", name_zh="秋季", name_en="Autumn", by=admin)


@pytest.fixture
def company(alice: User) -> Make:
    return lambda: companies.register(name="Twice", credit_code="91440300MA5G00CH1J", by=alice)


@pytest.fixture
def store(shop: Merchant, alice: User) -> Make:
    url = "https://mall.jd.com/index-1000001.html"
    return lambda: stores.register(
        shop, kind="jd", name="JD", external_id="1000001", url=url, by=alice
    )


@pytest.fixture
def good(listing: Listing, alice: User) -> Make:
    product = listing.product
    return lambda: products.add(
        product.store, external_id="777000777", title="Serum", category=product.category,
        price_fen=100, by=alice,
    )  # fmt: skip


@pytest.fixture
def invitation(shop: Merchant, alice: User) -> Make:
    return lambda: teams.invite(shop.team, email="new@example.com", role="analyst", by=alice)


@pytest.fixture
def person(db: None) -> Make:
    return lambda: people.create("twin@example.com", None, name="Twin")


@pytest.fixture
def link(listing: Listing, alice: User) -> Make:
    return lambda: listings.link(
        listing.merchant, note=listing.note, product=listing.product,
        placement="comment_pinned", by=alice,
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "made", ["fund", "company", "store", "good", "invitation", "person", "link"]
)
def test_of_six_at_once_one_is_made_and_five_are_refused_in_words(
    made: str, request: pytest.FixtureRequest
) -> None:
    make: Any = request.getfixturevalue(made)
    done, refused = at_once(*[make] * SIX, refusal=Refusal)
    assert (len(done), len(refused)) == (1, SIX - 1)
    assert all(refusal.message for refusal in refused)


def asks_and_then_makes(tree: ast.Module) -> list[str]:
    """The functions that look whether something is there and then make it, without a lock."""
    return [
        function.name
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        and (asked := _lines(function, r"\.(exists|first|count)$"))
        and (made := _lines(function, r"objects\.(create|bulk_create)$"))
        and min(asked) < max(made)
        and not _lines(function, r"locked$|select_for_update$|_lock$|one_at_a_time$")
    ]


def _lines(function: ast.FunctionDef, called: str) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and re.search(called, ast.unparse(node.func))
    ]


def test_nobody_looks_whether_it_is_there_and_then_makes_it() -> None:
    found = {str(path): names for path, tree in modules() if (names := asks_and_then_makes(tree))}
    assert found == {}


def test_looking_before_making_is_seen() -> None:
    lines = "if not {0}.filter(code=code).exists():\n        {0}.create(code=code)"
    unsafe = "def make(code):\n    " + lines.format("Fund.objects")
    assert asks_and_then_makes(ast.parse(unsafe)) == ["make"]
    assert not asks_and_then_makes(ast.parse(unsafe.replace("    if", "    _lock()\n    if", 1)))
