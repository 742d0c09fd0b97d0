"""The ways outside: what each programme of a store's partner says of one listing, at a moment.

This is the one home of the rule. The page that explains it asks the database, links ask a copy that
may have no database: so whoever asks hands in how rules and applications are found, and what they
mean is decided here.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from merchants.catalogue.models import Category
from merchants.openings.applications import covering
from merchants.openings.models import (
    ApplicationStatus,
    Opening,
    OpeningApplication,
    OpeningState,
    Programme,
)
from portal import clock


@dataclass(frozen=True)
class Way:
    """What one programme says: the opening that decides now, and the merchant's application that
    covers the category; None where there is none.
    """

    programme: Programme
    rule: Opening | None
    application: OpeningApplication | None

    @property
    def is_open(self) -> bool:
        return self.rule is not None and self.rule.state == OpeningState.OPEN

    @property
    def is_approved(self) -> bool:
        return (
            self.application is not None and self.application.status == ApplicationStatus.APPROVED
        )

    @property
    def leads_outside(self) -> bool:
        return self.is_open and self.is_approved


def ways_outside(
    programmes: Iterable[Programme],
    category: Category,
    store_kind: str,
    *,
    rule_of: Callable[[Programme], Opening | None],
    applications_of: Callable[[Programme], Iterable[OpeningApplication]],
    at: datetime,
) -> Iterator[Way]:
    """A way for each of the programmes that runs at `at` and is about stores of this kind.

    `rule_of` finds the opening that decides under a programme, `applications_of` what the merchant
    has asked for under it; each is asked only where the programme concerns the listing.
    """
    day = clock.day_of(at)
    for programme in programmes:
        if store_kind in programme.store_kinds and programme.runs_on(day):
            application = covering(category, applications_of(programme))
            yield Way(programme, rule_of(programme), application)
