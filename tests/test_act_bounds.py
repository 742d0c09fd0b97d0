"""What an act may be asked for is bounded in the act, by whatever door it is asked: a value that
its form would refuse is refused with a sentence at its field, and nothing is written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from campaigns.boosts import verbs as boosts
from campaigns.boosts.asked import MAX_DAYS
from campaigns.boosts.models import Objective
from campaigns.funds import verbs as funds
from campaigns.ledger import announcing, payments
from merchants.catalogue import verbs as products
from merchants.companies import verbs as merchants
from merchants.listings import verbs as listings
from merchants.notes import feed_requests
from merchants.stores import verbs as stores
from portal import clock
from portal.accounts import people, switching, teams
from portal.accounts.models import AuditEntry, User
from portal.refusals import MOST_REASON, Refusal
from portal.typed import MOST_FEN
from tests import ruling

pytestmark = pytest.mark.django_db

World = dict[str, Any]
# A year that no form takes.
FAR = 9000
LONG = "长" * 5000


@dataclass(frozen=True)
class Act:
    """An act, whose `do` gets the world and the facts; `right` are some that it takes, and each of
    `wrong` is one of them with a value that its form refuses."""

    name: str
    do: Callable[..., object]
    right: Callable[[World], dict[str, Any]]
    wrong: tuple[tuple[str, Any], ...]

    def __str__(self) -> str:
        return self.name


def _a_boost(world: World) -> dict[str, Any]:
    starts_on = clock.today() + timedelta(days=30)
    return {
        "request_key": uuid4(), "note": world["note"], "objective": Objective.READS,
        "starts_on": starts_on, "ends_on": starts_on, "budget_fen": 70_000,
    }  # fmt: skip


def _an_opening(world: World) -> dict[str, Any]:
    given = {name: getattr(world["opening"], name) for name in ("programme", "category")}
    return {
        **given, "placement": "profile", "store_kind": world["opening"].store_kind,
        "state": "closed", "effective_at": clock.now() + timedelta(days=3), "reason": "Because.",
    }  # fmt: skip


def _a_product(world: World) -> dict[str, Any]:
    facts = {"title": "Comb", "category": world["product"].category, "price_fen": 100}
    return {"external_id": "c-1", **facts}


def _an_edit(world: World) -> dict[str, Any]:
    return {"title": "A", "category": world["product"].category, "price_fen": 1,
            "is_available": True}  # fmt: skip


def _ask_for_a_feed(world: World, **facts: Any) -> object:
    # While one waits, that is the answer.
    world["merchant"].feed_requests.all().delete()
    return feed_requests.ask(world["merchant"], by=world["alice"], **facts)


WORDS = ("", LONG)
ACTS = [
    Act("fund.create", lambda w, **f: funds.create(f.pop("code"), by=w["admin"], **f),
        lambda w: {"code": "autumn", "name_zh": "秋", "name_en": "Autumn"},
        (("code", ""), ("code", "a" * 60), ("code", "a" * 5000), ("code", "秋"),
         *(("name_zh", text) for text in WORDS), *(("name_en", text) for text in WORDS),
         ("source", "merchant_cash"), ("source", "x"))),
    Act("fund.pay_in", lambda w, **f: funds.pay_in(w["fund"], by=w["admin"], **f),
        lambda w: {"amount_fen": 1, "reference": "r-1"},
        (("amount_fen", 0), ("amount_fen", -1), ("amount_fen", MOST_FEN + 1),
         *(("reference", text) for text in WORDS))),
    Act("payment.record", lambda w, **f: payments.record(w["merchant"], by=w["manager"], **f),
        lambda w: {"amount_fen": 1, "reference": "r-2"},
        (("amount_fen", 0), ("amount_fen", 2**63), *(("reference", text) for text in WORDS))),
    Act("payment.announce",
        lambda w, **f: announcing.announce(w["merchant"], by=w["alice"], **f),
        lambda w: {"amount_fen": 1, "paid_on": clock.today()},
        (("amount_fen", 0), ("amount_fen", 2**63), ("paid_on", date(2000, 1, 1)),
         ("paid_on", date(FAR, 1, 1)))),
    Act("boost.request", lambda w, **f: boosts.request(w["merchant"], by=w["alice"], **f), _a_boost,
        (("budget_fen", 0), ("budget_fen", 1), ("budget_fen", 2**63), ("objective", "x"),
         ("starts_on", date(2000, 1, 1)), ("ends_on", date(FAR, 1, 1)),
         ("days", 0), ("days", MAX_DAYS + 1), ("year", FAR))),
    Act("merchant.register", lambda w, **f: merchants.register(by=w["charlie"], **f),
        lambda w: {"name": "Gloss", "credit_code": "91310000MA1FL0AL2A"},
        (*(("name", text) for text in WORDS), *(("credit_code", text) for text in WORDS))),
    Act("store.register", lambda w, **f: stores.register(w["merchant"], by=w["alice"], **f),
        lambda w: {"kind": "jd", "name": "At JD", "external_id": "77",
                   "url": "https://mall.jd.com/index-77.html"},
        (("kind", "x"), ("kind", ""), *(("name", text) for text in WORDS), ("external_id", ""),
         ("external_id", "1" * 81), ("url", ""), ("url", LONG))),
    Act("product.add", lambda w, **f: products.add(w["in_app_store"], by=w["alice"], **f),
        _a_product,
        (*(("title", text) for text in WORDS), ("external_id", "x" * 81), ("price_fen", 0),
         ("price_fen", MOST_FEN + 1), ("price_fen", 2**63))),
    Act("product.edit", lambda w, **f: products.edit(w["product"], by=w["alice"], **f), _an_edit,
        (*(("title", text) for text in WORDS), ("price_fen", -1), ("price_fen", MOST_FEN + 1))),
    Act("listing.link", lambda w, **f: listings.link(w["merchant"], by=w["alice"], **f),
        lambda w: {"note": w["note"], "product": w["in_app_product"], "placement": "profile"},
        (("placement", "x"), ("placement", ""))),
    Act("feed.ask", _ask_for_a_feed,
        lambda w: {"account_name": "Glow"}, tuple(("account_name", text) for text in WORDS)),
    Act("opening.propose", lambda w, **f: ruling.propose(by=w["admin"], **f), _an_opening,
        (("placement", "x"), ("state", "x"), ("store_kind", "x"),
         ("effective_at", datetime(FAR, 1, 1, tzinfo=UTC)),
         ("effective_at", datetime(1000, 1, 1, tzinfo=UTC)),
         ("reason", ""), ("reason", "x" * (MOST_REASON + 1)))),
    Act("team.invite", lambda w, **f: teams.invite(w["team"], by=w["alice"], **f),
        lambda w: {"email": "x@y.example", "role": "analyst"},
        (("email", ""), ("email", "x"), ("email", f"{'x' * 300}@y.example"), ("role", "admin"),
         ("role", ""), ("role", LONG))),
    Act("team.change_role", lambda w, **f: teams.change_role(w["membership"], by=w["alice"], **f),
        lambda w: {"role": "analyst"}, (("role", "admin"), ("role", ""), ("role", LONG))),
    Act("user.rename", lambda w, **f: people.rename(w["alice"], **f), lambda w: {"name": "Ally"},
        (("name", " \u200b"), ("name", LONG))),
    Act("user.language", lambda w, **f: people.choose_language(w["alice"], **f),
        lambda w: {"language": "en"}, (("language", "tlh"), ("language", LONG))),
    Act("user.switch_off", lambda w, **f: switching.switch_off(w["charlie"], **f),
        lambda w: {"reason": "Left."}, (("reason", " "), ("reason", LONG))),
]  # fmt: skip


@pytest.fixture
def people_too(world: World, alice: User, admin: User, manager: User, charlie: User) -> World:
    return {**world, "alice": alice, "admin": admin, "manager": manager, "charlie": charlie}


def _asked(right: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    """The facts with one changed; days and years are changed in the days that they make."""
    if name == "days":
        return {**right, "ends_on": right["starts_on"] + timedelta(days=value - 1)}
    if name == "year":
        far = right["starts_on"].replace(year=value, day=1)
        return {**right, "starts_on": far, "ends_on": far}
    return {**right, name: value}


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_what_no_form_would_take_the_act_refuses(act: Act, people_too: World) -> None:
    for name, value in act.wrong:
        before = AuditEntry.objects.count()
        with pytest.raises(Refusal) as refused, transaction.atomic():
            act.do(people_too, **_asked(act.right(people_too), name, value))
        assert refused.value.message, (name, value)
        assert AuditEntry.objects.count() == before, (name, value)
    act.do(people_too, **act.right(people_too))
