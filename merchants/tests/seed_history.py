"""The history of the community as rules: openings and cuts from 2018 to 2025, each with its dates.

What is known by days happens at midnight in Shanghai; a notice is the day on which it was signed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from merchants.catalogue.models import Category
from merchants.openings import verbs as openings
from merchants.openings.models import OpeningState, Programme
from merchants.openings.verbs import Scope
from merchants.rulechanges import verbs as rulechanges
from merchants.rulechanges.models import ChangeStatus, RuleChange
from portal import clock
from portal.accounts.models import User


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T00:00+08:00")


class Event(NamedTuple):
    """One event: the programme under which it stands, the day on which it was signed, its scopes
    as placements and kinds of store, its state, and what else was said of it."""

    name: str
    programme: str
    signed_on: str
    placements: Sequence[str]
    kinds: Sequence[str]
    state: str
    effective_on: str
    said: Mapping[str, Any] = {}


OLD, CAT, JING = "outside-links", "red-cat", "red-jing"
BOTH = ("taobao", "tmall")
EVENTS = (
    Event("the embed test, for less than a month", OLD, "2018-05-20", ["embedded_at_partner"], BOTH,
          "open", "2018-06-01", {"expires_at": moment("2018-06-28")}),
    Event("the first opening", OLD, "2020-07-31", ["note_body", "live_room"], BOTH, "open",
          "2020-08-01"),
    Event("the cut, with eleven days' notice", OLD, "2021-07-22", ["note_body"], BOTH, "closed",
          "2021-08-02", {"grandfather": "until_edit"}),
    Event("the Red Cat plan, for Tmall", CAT, "2025-05-07", ["note_body"], ["tmall"], "open",
          "2025-05-07"),
    Event("the Red Jing plan", JING, "2025-05-29", ["note_body"], ["jd"], "open", "2025-06-05"),
)  # fmt: skip


def enter(author: User, signers: Sequence[User]) -> dict[str, RuleChange]:
    """All events as they were signed, in their order, over the category of beauty; by name."""
    Programme.objects.create(
        code=OLD,
        name_zh="早期外链",
        name_en="Early outside links",
        marketplace="taobao_tmall",
        starts_on=moment("2018-01-01").date(),
    )
    return {event.name: _entered(event, author, signers) for event in EVENTS}


def _entered(event: Event, author: User, signers: Sequence[User]) -> RuleChange:
    programme = Programme.objects.get(code=event.programme)
    beauty = Category.objects.get(code="beauty")
    with clock.at(moment(event.signed_on)):
        change = openings.propose(
            [Scope(programme, beauty, p, kind) for p in event.placements for kind in event.kinds],
            state=OpeningState(event.state),
            effective_at=moment(event.effective_on),
            reason=event.name,
            by=author,
            **event.said,
        )
        for signer in signers:
            if change.status == ChangeStatus.PROPOSED:
                change = rulechanges.sign(
                    change, version=change.version, by=signer, reason=event.name
                )
    return change
