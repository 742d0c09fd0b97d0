"""What the platform's people see of policy: the matrix, a cell's history and the calendar."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from merchants.catalogue.models import Category
from merchants.marketplaces.placements import Placement
from merchants.openings.models import Opening, Programme
from merchants.pages.matrix import views
from merchants.rulechanges.models import RuleChange
from merchants.tests import replay
from merchants.tests.test_deciding import a_rule
from portal import clock
from portal.accounts.models import User
from tests import ruling

START = datetime(2026, 3, 1, 16, tzinfo=UTC)
DAY = timedelta(days=1)
SIDE = "red-cat:tmall"
Get = Callable[..., Any]


@pytest.fixture
def get(admin: User, client_of: Callable[[User], Client]) -> Get:
    client = client_of(admin)
    return lambda page, **asked: client.get(reverse(f"merchants:{page}"), asked)


@pytest.fixture
def random_rules(opening: Opening) -> list[Opening]:
    """Thirty signed rules of anything that the columns hold, in a few categories."""
    draw = Random(12)
    tree = {one.pk: one for one in Category.objects.all()}
    codes = ("beauty", "beauty-skincare", "beauty-hair", "digital")
    some = [one for one in tree.values() if one.code in codes]
    lines = []
    for number in range(30):
        rule = a_rule(draw, number)
        lines.append(
            Opening(
                change=opening.change,
                programme=Programme.objects.get(code="red-cat"),
                category=draw.choice(some),
                placement=draw.choice(["note_body", "comment_pinned"]),
                store_kind="tmall",
                state=rule.state,
                effective_at=rule.effective_at + number * timedelta(seconds=1),
                expires_at=rule.until_at and rule.until_at + timedelta(minutes=1),
                last_on=rule.last_on,
                sweeps=rule.sweeps,
                kept=[one.pk for one in draw.sample(some, draw.randrange(2))],
                signed_at=START,
            )
        )
    # Each in a change of its own, as a change names each scope once.
    for line in lines:
        line.change = _copy(opening.change)
    with ruling.behind_the_wall():
        Opening.objects.all().delete()
    Opening.objects.bulk_create(lines)
    Programme.objects.update(starts_on=START.date() - 9 * DAY)
    return lines


def _copy(change: RuleChange) -> RuleChange:
    change = RuleChange.objects.get(pk=change.pk)
    change.pk, change.content_sha = None, uuid4().hex
    change.save(force_insert=True)
    return change


@pytest.mark.parametrize("page", ["policy-matrix", "policy-json"])
def test_a_matrix_is_as_of_one_instant(
    opening: Opening, get: Get, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    begins = opening.effective_at
    moments = iter([begins - timedelta(seconds=1), begins])
    monkeypatch.setattr(views, "moment_of", lambda form: next(moments))
    answer = get(page, side=SIDE)
    said = answer.json()["at"] if page == "policy-json" else answer.context["at"].isoformat()
    assert said == (begins - timedelta(seconds=1)).isoformat()
    assert len(list(moments)) == 1


def test_the_matrix_and_each_history_say_what_a_replay_says(
    random_rules: list[Opening], get: Get
) -> None:
    parents = dict(Category.objects.values_list("pk", "parent"))
    codes = dict(Category.objects.values_list("code", "pk"))
    draw = Random(5)
    edges = [rule.effective_at for rule in random_rules]
    asked = [draw.choice(edges) + draw.choice([-1, 0, 1]) * timedelta(seconds=1) for _ in range(8)]
    checked = 0
    for at in asked:
        found = get("policy-json", side=SIDE, at=at.strftime("%Y-%m-%dT%H:%M:%S+00:00")).json()
        assert datetime.fromisoformat(found["at"]) == at
        for cell in found["cells"]:
            rules = [one for one in random_rules if one.placement == cell["placement"]]
            decided = replay.decides(rules, parents, codes[cell["category"]], at)
            told = (decided and decided.pk, replay.word(decided, at))
            assert (cell["rule"], cell["state"]) == told
            checked += 1
    assert checked == len(asked) * len(codes) * len(Placement)
    place = {"side": SIDE, "category": "beauty-skincare", "placement": "note_body"}
    spans = get("policy-cell", **place, **{"as": "json"}).json()["spans"]
    rules = [one for one in random_rules if one.placement == "note_body"]
    for at in asked:
        [one] = [span for span in spans if _holds(span, at)]
        decided = replay.decides(rules, parents, codes["beauty-skincare"], at)
        assert (one["rule"], one["state"]) == (decided and decided.pk, replay.word(decided, at))


def _holds(span: dict[str, Any], at: datetime) -> bool:
    begins, ends = (span[end] and datetime.fromisoformat(span[end]) for end in ("from", "to"))
    return (begins is None or begins <= at) and (ends is None or at < ends)


def test_a_cell_names_its_rule_who_signed_it_and_what_comes(
    opening: Opening, get: Get, admin: User, second_admin: User
) -> None:
    closes_at = clock.now() + 3 * DAY
    ruling.another(opening, state="closed", effective_at=closes_at)
    cells = get("policy-json", side=SIDE).json()["cells"]
    [cell] = [
        one
        for one in cells
        if (one["category"], one["placement"]) == ("beauty-skincare", "note_body")
    ]
    assert (cell["state"], cell["rule"], cell["of_category"]) == ("open", opening.pk, "beauty")
    assert cell["signed_by"] == [admin.name, second_admin.name]
    assert datetime.fromisoformat(cell["next_at"]) == closes_at
    assert cell["next_state"] == "closed"
    page = get("policy-matrix", side=SIDE, placement="note_body").content.decode()
    assert f"Rule {opening.pk} for Beauty and care, since " in page
    assert f"signed by {second_admin}" in page
    with ruling.behind_the_wall():
        Opening.objects.all().delete()
    page = get("policy-matrix", side=SIDE, placement="note_body").content.decode()
    assert "signed by" not in page
    assert "No rule says anything here." in page


def test_the_calendar_has_a_word_for_each_kind_of_date(opening: Opening, get: Get) -> None:
    begins = clock.now() + DAY
    last_on = clock.day_of(begins + 5 * DAY)
    closing = ruling.another(
        opening,
        state="closing",
        effective_at=begins,
        last_on=last_on,
        expires_at=begins + 20 * DAY,
        grandfather="until_date",
        grandfather_until=begins + 9 * DAY,
    )
    rows = [row.record for row in get("policy-calendar").context["table"].rows]
    told = [(row.mark.value, row.at) for row in rows if row.change == closing.change]
    assert told == [
        ("expiry", closing.expires_at),
        ("stays_end", closing.grandfather_until),
        ("last_day", clock.start_of(last_on + DAY)),
        ("effective", begins),
        ("announced", closing.change.signed_at),
    ]


@pytest.mark.parametrize("asked", [{"side": "no:such"}, {"at": "soon"}, {"placement": "moon"}])
def test_a_question_that_makes_no_sense_is_told_so(
    opening: Opening, get: Get, asked: dict[str, str]
) -> None:
    assert get("policy-matrix").status_code == 200
    for page in ("policy-matrix", "policy-json"):
        answer = get(page, **asked)
        assert answer.status_code == 422
        assert not answer.context or "rows" not in answer.context
