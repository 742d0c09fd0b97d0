"""Which rule decides, and whom it lets out: random worlds asked at their edges, against a replay
that is told a second time."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from merchants.openings import deciding, policy
from merchants.openings.deciding import TICK, Rule
from merchants.openings.models import Programme
from merchants.openings.policy import Asked, Policy
from merchants.openings.taking_away import takes_away
from merchants.tests import replay

# Midnight in Shanghai: days and instants meet at many edges.
START = datetime(2026, 3, 1, 16, tzinfo=UTC)
DAY = timedelta(days=1)
HALF = DAY / 2
# A tree of three levels: 1 holds 2 and 3, which hold 4, 5 and 6.
PARENTS = {1: None, 2: 1, 3: 1, 4: 2, 5: 2, 6: 3}
PLACE = ("note_body", "tmall")
SHOPS = (10, 11)
WORLDS, QUESTIONS = 250, 40


def lineage(category: int) -> list[int]:
    chain: list[int] = []
    above: int | None = category
    while above is not None:
        chain.append(above)
        above = PARENTS[above]
    return chain


def a_rule(draw: Random, pk: int) -> Rule:
    """Anything that the columns can hold, on a grid of half days."""
    begins = START + draw.randrange(12) * HALF
    state = draw.choice(sorted(deciding.STATES))
    spares = draw.choice(["none", "until_edit", "until_date"])
    return Rule(
        pk,
        1,
        *PLACE,
        category_id=draw.choice(list(PARENTS)),
        state=state,
        effective_at=begins,
        until_at=draw.choice([None, None, begins + draw.randrange(1, 9) * HALF]),
        last_on=(replay.on(begins) + draw.randrange(4) * DAY if state == "closing" else None),
        sweeps=draw.random() < 0.4,
        kept=tuple(draw.sample(list(PARENTS), draw.randrange(3))),
        grandfather=spares,
        grandfather_until=begins + draw.randrange(1, 9) * HALF if spares == "until_date" else None,
        merchants=frozenset(draw.sample(SHOPS, draw.randrange(3)) if state == "pilot" else ()),
    )


def instants(draw: Random, rules: Iterable[Rule]) -> list[datetime]:
    """Edges of the world, a microsecond before and after them, and moments between them."""
    edges = [edge for rule in rules for edge in rule.edges()]
    at_edges = [draw.choice(edges) + draw.choice([-TICK, 0 * TICK, TICK]) for _ in range(30)]
    return at_edges + [START + draw.random() * 8 * DAY for _ in range(QUESTIONS - 30)]


def told(seed: int) -> list[tuple[Any, Any]]:
    """Of one world, each question's answer by the code and by the replay."""
    draw = Random(seed)
    rules = [a_rule(draw, pk) for pk in range(1, draw.randrange(2, 9))]
    found = []
    for at in instants(draw, rules):
        category, shop = draw.choice(list(PARENTS)), draw.choice(SHOPS)
        since = draw.choice([None, START + draw.randrange(-1, 12) * HALF])
        by_code = deciding.standing(rules, lineage(category), merchant=shop, since_at=since, at=at)
        rule = replay.decides(rules, PARENTS, category, at)
        leads = replay.leads(rules, PARENTS, category, at, merchant=shop, since_at=since)
        found.append(
            ((by_code.rule, by_code.state, by_code.leads), (rule, replay.word(rule, at), leads))
        )
    return found


def test_ten_thousand_questions_are_answered_as_a_replay_does() -> None:
    answers = [pair for seed in range(WORLDS) for pair in told(seed)]
    assert len(answers) == 10_000
    assert [by_code for by_code, _ in answers] == [by_replay for _, by_replay in answers]


# What is taken out of the rules before the code, and not the replay, is asked.
TAKEN_OUT: dict[str, dict[str, Any]] = {
    "sweeping": {"sweeps": False},
    "what is kept": {"kept": ()},
    "the end": {"until_at": None},
    "the last day": {"last_on": None},
    "the list of a pilot": {"merchants": frozenset()},
    "grandfathering": {"grandfather": "none"},
    "the end of grandfathering": {"grandfather_until": datetime.max.replace(tzinfo=UTC)},
}


@pytest.mark.parametrize("what", TAKEN_OUT)
def test_the_questions_notice_when_a_rule_is_not_heeded(
    monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    asked = deciding.standing

    def heedless(rules: list[Rule], *args: Any, **kwargs: Any) -> deciding.Standing:
        return asked([rule._replace(**TAKEN_OUT[what]) for rule in rules], *args, **kwargs)

    monkeypatch.setattr(deciding, "standing", heedless)
    seen = [by_code[1:] == by_replay[1:] for seed in range(40) for by_code, by_replay in told(seed)]
    assert not all(seen)


# What the code, and not the replay, does without.
WITHOUT: dict[str, tuple[str, Any]] = {
    "what is closed below stays closed": ("_FALLS", deciding.STATES),
    "a closing leads whom it found": ("_LETS_RUN_OUT", frozenset()),
    "what came later is not led": ("_is_no_newer", lambda rule, since_at: True),
}


@pytest.mark.parametrize("what", WITHOUT)
def test_the_questions_notice_when_a_part_of_the_law_is_gone(
    monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(deciding, *WITHOUT[what])
    pairs = (pair for seed in range(WORLDS) for pair in told(seed))
    assert any(by_code != by_replay for by_code, by_replay in pairs)


def world(*rules: Rule) -> Policy:
    red_cat = Programme(
        pk=1, marketplace="taobao_tmall", starts_on=START.date() - 30 * DAY, ends_on=None
    )
    return Policy([red_cat], rules, PARENTS)


def test_policy_written_as_json_is_read_as_it_was() -> None:
    draw = Random(7)
    before = world(*(a_rule(draw, pk) for pk in range(1, 60)))
    after = policy.from_json(before.as_json())
    assert (after.rules, after.parents) == (before.rules, before.parents)
    assert after.as_json() == before.as_json()


def test_between_two_switches_nothing_changes() -> None:
    for seed in range(20):
        draw = Random(seed)
        of_it = world(*(a_rule(draw, pk) for pk in range(1, 8)))
        approved = [(1, 1)]
        asked = [Asked(10, one, *PLACE, approved, START) for one in PARENTS]
        at = START - DAY
        while (switch := of_it.next_switch(at)) is not None:
            for question in asked:
                last = of_it.verdict(question, switch - TICK)
                assert of_it.verdict(question, at) == last
            at = switch


def test_every_switch_is_known_and_no_other() -> None:
    rule = a_rule(Random(1), 1)._replace(effective_at=START, until_at=START + DAY, last_on=None)
    of_it = world(rule._replace(state="open", grandfather_until=None))
    assert of_it.next_switch(START - TICK) == START
    assert of_it.next_switch(START) == START + DAY
    assert of_it.next_switch(START + DAY) is None


def opens(pk: int, category: int, begins: datetime = START, **fields: Any) -> Rule:
    known = {"state": "open", "effective_at": begins, "category_id": category}
    return Rule(pk, 1, *PLACE, **{**known, **fields})


LATER = START + DAY


@pytest.mark.parametrize(
    ("change", "taken_at"),
    [
        (opens(9, 3, LATER), None),
        (opens(9, 2, LATER, state="closed"), LATER),
        (opens(9, 4, LATER, state="closed"), LATER),
        (opens(9, 3, LATER, state="closed"), None),
        (opens(9, 1, LATER, state="closed"), None),
        (opens(9, 1, LATER, state="closed", sweeps=True), LATER),
        (opens(9, 1, LATER, state="closed", sweeps=True, kept=(2, 6)), None),
        (opens(9, 3, LATER, until_at=LATER + DAY), LATER + DAY),
        (opens(9, 2, LATER, state="closing", last_on=replay.on(LATER)), replay.midnight(LATER)),
        (opens(9, 2, LATER, state="suspended", grandfather="until_edit"), LATER),
        (opens(9, 2, LATER, state="pilot", merchants=frozenset({10})), LATER),
        (opens(9, 3, LATER, state="pilot", merchants=frozenset({10})), None),
        (opens(9, 6, LATER, state="pilot", merchants=frozenset({11})), LATER),
    ],
    ids=[
        "opens what was closed", "closes what was open", "closes a child of what was open",
        "closes what was closed", "closes above a child's own", "and sweeps it", "and keeps it",
        "expires", "closing leads through its last day", "spares what is there",
        "a pilot where all were", "a pilot where nobody was", "another list",
    ],
)  # fmt: skip
def test_what_takes_away_is_known_with_its_instant(change: Rule, taken_at: datetime | None) -> None:
    before = world(opens(1, 2), opens(2, 6, state="pilot", merchants=frozenset({10})))
    after = before.with_lines([change])
    assert takes_away(before, after, change.effective_at) == taken_at


def test_taking_back_what_gave_takes_away_and_taking_back_what_took_gives() -> None:
    gave, took = opens(1, 2, change_id=1), opens(2, 2, LATER, state="closed", change_id=2)
    both, at = world(gave, took), LATER + DAY
    assert takes_away(both, both.without(2, at=at), at) is None
    assert takes_away(world(gave), world(gave).without(1, at=at), at) == at
    after = both.without(2, at=at)
    for moment in (START, LATER - TICK, LATER, at - TICK):
        of_then = both.decides(1, 2, *PLACE, moment)
        assert of_then
        found = after.decides(1, 2, *PLACE, moment)
        assert found
        assert found.pk == of_then.pk
    assert after.decides(1, 2, *PLACE, at) == gave


SWEEPING = {"state": "closing", "sweeps": True, "last_on": replay.on(LATER + 5 * DAY)}


@pytest.mark.parametrize(
    ("below", "led"),
    [
        ([opens(2, 4, state="closed")], set()),
        ([opens(2, 4, state="suspended")], set()),
        ([opens(2, 4, state="suspended", until_at=LATER + DAY)], set()),
        ([opens(2, 4, state="pilot", merchants=frozenset({10}))], {10}),
        ([opens(2, 4, START - DAY, state="closed"), opens(3, 4)], {10, 11}),
        ([opens(2, 2, START - DAY, state="closed"), opens(3, 4)], {10, 11}),
        ([], {10, 11}),
    ],
    ids=[
        "closed on its own", "suspended", "suspended for a while", "a pilot",
        "opened after it was closed", "opened in what is closed", "nothing of its own",
    ],
)  # fmt: skip
@pytest.mark.parametrize("days", [0, 2])
def test_a_closing_leads_whom_it_found_and_nobody_else(
    below: list[Rule], led: set[int], days: int
) -> None:
    of_it = world(opens(1, 1, START - 2 * DAY), *below, opens(9, 1, LATER, **SWEEPING))
    found = {
        shop
        for shop in SHOPS
        if of_it.standing(1, Asked(shop, 4, *PLACE), LATER + days * DAY).leads
    }
    assert found == led


def test_a_closing_does_not_lead_what_came_after_it_began() -> None:
    of_it = world(opens(1, 1), opens(9, 1, LATER, **SWEEPING))
    asked = [Asked(10, 4, *PLACE, since_at=since) for since in (LATER, LATER + TICK)]
    assert [of_it.standing(1, one, LATER + DAY).leads for one in asked] == [True, False]


def test_a_branch_that_opens_anew_leaves_closed_what_was_closed_on_its_own() -> None:
    shut = opens(2, 4, state="closed")
    of_it = world(
        opens(1, 1), shut, opens(3, 1, LATER, state="closed", sweeps=True), opens(4, 1, LATER + DAY)
    )
    assert of_it.decides(1, 4, *PLACE, LATER + 2 * DAY) == shut


def test_a_branch_that_is_suspended_ends_what_a_child_left_alone() -> None:
    left = opens(2, 4, LATER, state="closed", grandfather="until_edit")
    stops = opens(3, 1, LATER + DAY, state="suspended", sweeps=True)
    of_it, asked = world(opens(1, 1), left, stops), Asked(10, 4, *PLACE, since_at=START)
    ats = (LATER, LATER + DAY - TICK, LATER + DAY)
    assert [of_it.standing(1, asked, at).leads for at in ats] == [True, True, False]


def test_a_closing_made_during_a_suspension_takes_away_where_that_ends() -> None:
    ends = LATER + 3 * DAY
    stopped = world(opens(1, 1), opens(2, 1, START + HALF, state="suspended", until_at=ends))
    closing = opens(9, 1, LATER, **SWEEPING)
    assert takes_away(stopped, stopped.with_lines([closing]), LATER) == ends


@pytest.mark.parametrize("state", ["closed", "pilot", "suspended"])
def test_what_was_left_alone_is_taken_too(state: str) -> None:
    left = world(opens(1, 1), opens(2, 1, LATER, state="closed", grandfather="until_edit"))
    again = opens(9, 1, LATER + DAY, state=state)
    assert takes_away(left, left.with_lines([again]), LATER + DAY) == LATER + DAY
    spares = again._replace(state="closed", grandfather="until_edit")
    assert takes_away(left, left.with_lines([spares]), LATER + DAY) is None


def test_what_ends_by_its_own_date_is_not_taken_by_a_change() -> None:
    ends = LATER + 3 * DAY
    until = {"grandfather": "until_date", "grandfather_until": ends}
    left = world(opens(1, 1), opens(2, 1, START + HALF, state="closed", **until))
    spares = opens(9, 1, LATER, state="closed", **until)
    assert takes_away(left, left.with_lines([spares]), LATER) is None
    sooner = spares._replace(grandfather_until=ends - DAY)
    assert takes_away(left, left.with_lines([sooner]), LATER) == ends - DAY


def test_the_length_of_a_list_asks_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = []
    asked = Policy.standing

    def counting(self: Policy, *args: Any) -> deciding.Standing:
        counted.append(args)
        return asked(self, *args)

    monkeypatch.setattr(Policy, "standing", counting)
    listed = frozenset(range(5_000))
    before = world(opens(1, 1, state="pilot", merchants=listed))
    grows = opens(9, 1, LATER, state="pilot", merchants=listed | {9_000})
    assert takes_away(before, before.with_lines([grows]), LATER) is None
    assert len(counted) < 20 * len(PARENTS)
