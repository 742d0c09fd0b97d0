"""A random history of rule changes, entered by the pages, equals a replay of what was entered."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.urls import reverse

from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from merchants.openings.models import Opening, Programme
from merchants.openings.policy import Policy
from merchants.rulechanges.models import ChangeStatus, RuleChange
from merchants.tests import replay
from portal import clock
from portal.accounts.models import User
from portal.review import kinds

NOON = datetime.fromisoformat("2026-03-01T12:00+08:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# `make soak` enters a longer one.
CHANGES = int(os.environ.get("RULE_CHANGES", "40"))
QUESTIONS = 10_000
PLACEMENTS, STORE_KINDS = ("note_body", "profile"), ("taobao", "tmall")
CODES = ("beauty", "beauty-hair", "beauty-makeup", "masks", "lips")


class Entered(NamedTuple):
    """A line as it was typed, and what was signed of it."""

    pk: int
    placement: str
    store_kind: str
    category_id: int
    state: str
    effective_at: datetime
    until_at: datetime | None
    last_on: Any
    sweeps: bool
    kept: tuple[int, ...]
    change: int


@pytest.fixture(autouse=True)
def three_levels(db: None) -> dict[str, Category]:
    for code, above in (("masks", "beauty-hair"), ("lips", "beauty-makeup")):
        parent = Category.objects.get(code=above)
        Category.objects.create(code=code, name_zh=code, name_en=code, parent=parent)
    return {code: Category.objects.get(code=code) for code in CODES}


class Desk:
    """Three admins at their pages, and a record of what they type."""

    def __init__(self, people: list[Client], tree: dict[str, Category], shop: Merchant) -> None:
        self.people = people
        self.author, *self.signers = people
        self.tree, self.shop = tree, shop
        self.record: list[Entered] = []
        self.programme = Programme.objects.get(code="red-cat")

    def typed(self, draw: Random, now: datetime, number: int) -> dict[str, Any]:
        """Any change, from some moment of the next weeks on; no two begin at one minute."""
        begins = now + draw.randrange(1, 40) * DAY + number * timedelta(minutes=1)
        state = draw.choice(["open", "open", "pilot", "closing", "suspended", "closed"])
        code = draw.choice(CODES)
        below = [one.pk for one in self.tree.values() if self.tree[code] in one.lineage()[1:]]
        keeps = below and state not in ("open", "pilot") and draw.random() < 0.5
        ends = draw.random() < 0.3
        return {
            "programmes": [self.programme.pk],
            "categories": [self.tree[code].pk],
            "placements": draw.sample(PLACEMENTS, draw.randrange(1, 3)),
            "store_kinds": draw.sample(STORE_KINDS, draw.randrange(1, 3)),
            "state": state,
            "effective_at": f"{begins:%Y-%m-%dT%H:%M}",
            "last_on": f"{begins + draw.randrange(9) * DAY:%Y-%m-%d}" if state == "closing" else "",
            "expires_at": f"{begins + draw.randrange(1, 30) * DAY:%Y-%m-%dT%H:%M}" if ends else "",
            "merchants": self.shop.code if state == "pilot" else "",
            "kept": [draw.choice(below)] if keeps else [],
            "grandfather": "none",
            "reason": f"Number {number}.",
            "seen": "",
        }

    def log_in(self) -> None:
        """Everybody has just said who he is: a rule takes a login of these minutes."""
        for client in self.people:
            session = client.session
            session["signed_in_at"] = clock.now().isoformat()
            session.save()

    def enter(self, typed: dict[str, Any]) -> RuleChange:
        page = reverse("merchants:rulechange-new")
        shown = self.author.post(page, typed)
        again = {**typed, "seen": shown.context["told"].seen}
        assert self.author.post(page, again).status_code == 302
        return RuleChange.objects.latest("pk")

    def sign(self, change: RuleChange) -> RuleChange:
        url = kinds.page_of("rulechange", change.pk)
        for signer in self.signers:
            answer = {"version": change.version, "decision": "sign", "reason": "Because."}
            assert signer.post(url, answer).status_code == 302
            change = RuleChange.objects.get(pk=change.pk)
            if change.status == ChangeStatus.SIGNED:
                break
        assert change.status == ChangeStatus.SIGNED
        return change

    def note(self, typed: dict[str, Any], change: RuleChange) -> None:
        """Write down what was typed, each line with the key it got (of one instant the later)."""
        begins = datetime.fromisoformat(f"{typed['effective_at']}+08:00")
        ends = typed["expires_at"] and datetime.fromisoformat(f"{typed['expires_at']}+08:00")
        last = typed["last_on"] and datetime.fromisoformat(typed["last_on"]).date()
        for placement in typed["placements"]:
            for kind in typed["store_kinds"]:
                self.record.append(
                    Entered(
                        len(self.record), placement, kind, typed["categories"][0], typed["state"],
                        begins, ends or None, last or None,
                        typed["state"] in ("closing", "suspended", "closed"),
                        tuple(typed["kept"]), change.pk,
                    )
                )  # fmt: skip

    def take_back(self, change: int, now: datetime) -> None:
        page = reverse("merchants:rulechange-back", args=[change])
        seen = self.author.get(page).context["told"].seen
        typed = {"reason": "It was wrong.", "seen": seen}
        assert self.author.post(page, typed).status_code == 302
        self.sign(RuleChange.objects.latest("pk"))
        for place, line in enumerate(self.record):
            if line.change == change:
                until = min(filter(None, (line.until_at, now)))
                self.record[place] = line._replace(until_at=until)


@pytest.fixture
def desk(
    three_levels: dict[str, Category],
    shop: Merchant,
    admin: User,
    second_admin: User,
    third_admin: User,
    client_of: Callable[[User], Client],
) -> Desk:
    people = [client_of(person) for person in (admin, second_admin, third_admin)]
    return Desk(people, three_levels, shop)


def acts(desk: Desk, draw: Random) -> Iterator[datetime]:
    """CHANGES of them, one after the other; a sixth takes an earlier one back."""
    now, taken = NOON, set[int]()
    for number in range(CHANGES):
        now += draw.randrange(1, 30) * HOUR
        with clock.at(now):
            desk.log_in()
            open_to = sorted({line.change for line in desk.record} - taken)
            if open_to and draw.random() < 1 / 6:
                change = draw.choice(open_to)
                taken.add(change)
                desk.take_back(change, now)
            else:
                typed = desk.typed(draw, now, number)
                desk.note(typed, desk.sign(desk.enter(typed)))
        yield now


def test_what_was_entered_by_the_pages_decides_as_its_replay_does(desk: Desk) -> None:
    draw = Random(20260301)
    moments = list(acts(desk, draw))
    policy = Policy.read()
    parents = dict(Category.objects.values_list("pk", "parent_id"))
    change_of = dict(Opening.objects.values_list("pk", "change"))
    span, wrong, words = (moments[-1] - NOON + 80 * DAY), [], set[str]()
    edges = [at for line in desk.record for at in (line.effective_at, line.until_at) if at]
    for _number in range(QUESTIONS):
        at = draw.choice([NOON + draw.random() * span, draw.choice(edges)])
        place = (draw.choice(list(desk.tree.values())).pk, draw.choice(PLACEMENTS))
        kind = draw.choice(STORE_KINDS)
        there = [
            line for line in desk.record if (line.placement, line.store_kind) == (place[1], kind)
        ]
        rule = replay.decides(there, parents, place[0], at)
        cell = policy.cell(desk.programme.pk, *place, kind, at)
        words.add(cell.state)
        expected = (replay.word(rule, at), rule and rule.change)
        if (cell.state, cell.rule and change_of[cell.rule.pk]) != expected:
            wrong.append((place, kind, at, cell, expected))
    assert wrong == []
    assert words == {"open", "pilot", "closing", "suspended", "closed"}
