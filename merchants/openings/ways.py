"""The ways outside: what each programme of a store's partner says of one listing, at a moment."""

from typing import NamedTuple

from merchants.openings.deciding import Rule, Standing
from merchants.openings.models import Programme


class Way(NamedTuple):
    """What one programme that runs says: where the listing stands by its rules, and whether an
    approved application of the merchant covers the category."""

    programme: Programme
    standing: Standing
    is_approved: bool

    @property
    def rule(self) -> Rule | None:
        return self.standing.rule

    @property
    def leads_outside(self) -> bool:
        return self.standing.leads and self.is_approved

    @property
    def takes_new(self) -> bool:
        """Whether something new may go live by the rules; the approval is another question."""
        return self.standing.takes_new

    @property
    def furthest(self) -> tuple[bool, bool, int]:
        """A key: of several ways the one with the highest is furthest along."""
        may_begin = self.takes_new and self.is_approved
        return self.leads_outside, may_begin, self.standing.leads + self.is_approved
