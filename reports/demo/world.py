"""The demo world as rows: everybody moves in, settles and spends, in one transaction."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.test.utils import override_settings

from reports.demo import cast, loose_ends, plan, rules, settling, spending
from reports.demo.events import Names
from reports.demo.nouns import World
from reports.demo.period import Period
from reports.demo.settling import Settled
from reports.demo.waiting import Teller


@dataclass(frozen=True)
class Size:
    """What the command is asked for."""

    merchants: int
    days: int
    touchpoints: int
    seed: int
    last_on: date

    def world(self) -> World:
        period = Period.ending(self.last_on, days=self.days)
        return plan.invent(self.seed, merchants=self.merchants, period=period)


# Nobody reads mail at the demo world's addresses.
@override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend")
def found(world: World, teller: Teller) -> tuple[Settled, Names]:
    """Fill an empty portal; all of it or nothing."""
    with transaction.atomic():
        people = cast.move_in(world)
        teller.step("The people of the platform and the merchants are here")
        rules.open_categories(world, people)
        settled = Settled()
        for number, (planned, owner) in enumerate(zip(world.merchants, people.owners, strict=True)):
            teller.bar(number, len(world.merchants), planned.name)
            settling.settle(planned, settled, world=world, cast=people, owner=owner)
        settling.gather_team(
            settled.merchants[world.merchants[0].slug], cast=people, owner=people.owners[0]
        )
        teller.step(f"{len(settled.merchants)} merchants have settled in")
        boosts = spending.spend(world, settled, people)
        teller.step(f"{len(boosts)} boosts were asked for and reviewed")
        loose_ends.leave(world, settled, people)
    return settled, Names(
        listings={key: str(listing.pk) for key, listing in settled.listings.items()},
        boosts={key: boost.external_id for key, boost in boosts.items()},
    )
