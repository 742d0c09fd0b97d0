"""Files and acts in any order: what alters a number marks its days, and no rule is left out.

`SOAK_WORLDS` is how many orders of acts are tried, where more are wanted than in every run of the
tests; `make soak ARGS="--news 200"` sets it.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from portal import clock
from reports.answers.coverage import states_of
from reports.answers.question import Question
from reports.attribution import days, dimensions, news
from reports.attribution.content import Contents
from reports.attribution.inputs import News
from reports.attribution.models import ReportDay
from reports.attribution.tests.acting import Cast, World
from reports.attribution.tests.expecting import Expecting
from reports.attribution.tests.marking import DAYS, Pair
from reports.lake import tables as lake

pytestmark = pytest.mark.django_db

WORLDS, SEED = int(os.environ.get("SOAK_WORLDS", "3")), os.environ.get("SOAK_SEED")
# Files, and acts that change whose rows are whose or what is agreed, may alter numbers.
# The others may not.
ALTERING = [
    "send_touches", "send_conversions", "send_own", "send_whole", "close_day", "click", "agree",
    "move_store", "move_product", "add_product", "request_boost", "move_listing", "link_another",
]  # fmt: skip
OTHERS = ["close_touches", "suspend", "set_refund_days", "declare"]
OFTEN = ["send_touches", "send_conversions", "send_own", "agree"] * 2


class NewsMachine(RuleBasedStateMachine):
    """Acts in a lake and a transaction of their own, undone after."""

    cast: Cast
    site: Any
    folder: Path
    altered: int = 0

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        own = Path(mkdtemp(dir=self.folder))
        self.site.LAKE_URL = str(own / "lake")
        for row in (self.cast.listing, self.cast.rivals, self.cast.later):
            row.refresh_from_db()
        self.work = own / "work"
        self.world = World(self.cast, own)
        self.expecting = Expecting(self.world)
        self.merchants = [self.cast.listing.merchant_id, self.cast.rivals.merchant_id]
        self.before, self.stale = self.computed(), set[Pair]()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @rule(
        verb=st.sampled_from([*ALTERING, *OFTEN]), other=st.sampled_from([None, *OTHERS]),
        random=st.randoms(use_true_random=False),
    )  # fmt: skip
    def happen(self, verb: str, other: str | None, random: Random) -> None:
        """What changes no number beside what may: so that both cost one computation."""
        if other:
            assert self.marked_by(other, random) == set(), other
            self.the_states_are_those_of_now()
        marked = self.marked_by(verb, random)
        after = self.computed()
        changed = {pair for pair in after if after[pair] != self.before[pair]}
        assert changed <= marked, verb
        self.before = after
        NewsMachine.altered += len(changed)
        self.the_states_are_those_of_now()

    @rule(random=st.randoms(use_true_random=False))
    def run(self, random: Random) -> None:
        """After a run no day is stale, and each says what it says when all is computed anew."""
        assert self.marked_by("run", random) == set()
        shown = ReportDay.objects.current().filter(merchant__in=self.merchants, on__in=DAYS)
        assert not shown.exclude(stale_at=None)
        assert {(d.merchant_id, d.on): d.content for d in shown}.items() <= self.before.items()
        due = set(News.objects.filter(on__lte=clock.today()).values_list("merchant_id", "on"))
        assert due & self.before.keys() <= {(d.merchant_id, d.on) for d in shown}

    def marked_by(self, verb: str, random: Random) -> set[Pair]:
        """Do it; the days that it marked, all of them such as its rule names."""
        seen = news.seen()
        allowed = self.world.act(verb, random)
        marked = set(News.objects.filter(number__gt=seen).values_list("merchant_id", "on"))
        assert marked <= allowed, verb
        shown = ReportDay.objects.current().filter(merchant__in=self.merchants)
        stale = set(shown.exclude(stale_at=None).values_list("merchant_id", "on"))
        there = set(shown.values_list("merchant_id", "on"))
        self.stale = set() if verb == "run" else self.stale | (marked & there)
        assert stale == self.stale, verb
        return marked

    def computed(self) -> dict[Pair, str]:
        """What the facts of every day of both merchants say, computed anew."""
        found = Contents()
        versions = days.Versions(
            lake.current_version("touchpoints"), lake.current_version("conversions")
        )
        nouns = dimensions.tables(self.merchants)
        facts = days.compute(
            min(DAYS), max(DAYS), versions=versions, nouns=nouns, work_dir=self.work
        )
        for table, rows in facts:
            found.add(table, rows)
        return {
            (merchant, on): found.of((merchant, on)) for merchant in self.merchants for on in DAYS
        }

    def the_states_are_those_of_now(self) -> None:
        """What is suspended, closed, or may be sent back says so at once."""
        over = [on for on in DAYS if on < clock.today()]
        asked = Question(self.cast.listing.merchant, min(over), max(over))
        found = {day.on: day.state for day in states_of(asked)}
        assert found == self.expecting.states(over)


@pytest.fixture
def machine(cast: Cast, settings: Any, tmp_path: Path) -> Iterator[type[NewsMachine]]:
    NewsMachine.cast, NewsMachine.site, NewsMachine.folder = cast, settings, tmp_path
    NewsMachine.altered = 0
    yield NewsMachine
    del NewsMachine.cast, NewsMachine.site


def test_what_alters_a_number_marks_exactly_its_days(machine: type[NewsMachine]) -> None:
    run_state_machine_as_test(
        seed(SEED)(machine) if SEED else machine,
        settings=settings(
            max_examples=WORLDS,
            stateful_step_count=8,
            deadline=None,
            # An order that is found to be wrong is printed as it is: making it shorter takes hours.
            phases=[Phase.generate],
            derandomize=SEED is None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert machine.altered > 3
