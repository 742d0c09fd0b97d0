"""What was, is and will be in force at one place: spans, one after the other."""

from datetime import datetime
from typing import NamedTuple

from merchants.openings.deciding import Place, Rule, state_of
from merchants.openings.policy import Policy


class Span(NamedTuple):
    """From `from_at` (None: ever) to `to_at` (None: as far as is known) the same is in force by the
    same rule; None where no rule decides, or the programme does not run."""

    from_at: datetime | None
    to_at: datetime | None
    state: str
    rule: Rule | None

    def holds(self, at: datetime) -> bool:
        begins = self.from_at is None or self.from_at <= at
        return begins and (self.to_at is None or at < self.to_at)


def spans(policy: Policy, place: Place) -> list[Span]:
    """All of the place, the oldest first."""
    found = [Span(None, None, "closed", None)]
    for edge in policy.edges_of(*place):
        rule = policy.decides(*place, edge)
        state, last = state_of(rule, edge), found[-1]
        if (state, rule) != (last.state, last.rule):
            found[-1] = last._replace(to_at=edge)
            found.append(Span(edge, None, state, rule))
    return found
