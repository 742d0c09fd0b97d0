"""The demo world as rows: everybody moves in, settles and spends, in one transaction."""

import json
from dataclasses import asdict, dataclass
from datetime import date

import numpy as np
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from campaigns.boosts.models import Boost
from campaigns.delivery.models import DeliveryHour
from demo.partners.events import Names
from demo.people import cast
from demo.people.touches import microseconds
from demo.people.visitors import Clicks
from demo.plan import inventing as plan
from demo.plan.period import Period
from demo.plan.planned import World
from demo.story import agreements, loose_ends, rules, settling, spending
from demo.story.settling import Settled
from demo.story.telling import Teller
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock, words
from portal.accounts import mails
from portal.refusals import Refusal

BOUNDS = {"merchants": (4, 1_000), "days": (5, 365), "touchpoints": (500, 50_000_000)}


@dataclass(frozen=True)
class Size:
    """What the command is asked for."""

    merchants: int
    days: int
    touchpoints: int
    seed: int
    last_on: date

    def check(self) -> None:
        """Raise Refusal unless a world of this size can be made."""
        for name, (least, most) in BOUNDS.items():
            if not least <= getattr(self, name) <= most:
                sentence = _("--%(name)s is from %(least)s to %(most)s.")
                bounds = {"least": words.count(least), "most": words.count(most)}
                raise Refusal(sentence % {"name": name, **bounds})
        if self.last_on >= clock.today():
            raise Refusal(_("--until is a day that is over: yesterday or earlier."))

    def as_json(self) -> str:
        return json.dumps({**asdict(self), "last_on": self.last_on.isoformat()})

    @classmethod
    def from_json(cls, text: str) -> "Size":
        told = json.loads(text)
        return cls(**{**told, "last_on": date.fromisoformat(told["last_on"])})

    def world(self) -> World:
        period = Period.ending(self.last_on, days=self.days)
        return plan.invent(self.seed, merchants=self.merchants, period=period)


# Its people speak Chinese, and what they do is written down as they said it; nobody reads mail at
# their addresses.
@translation.override(words.CHINESE)
@mails.held_back()
def found(world: World, teller: Teller) -> None:
    """Fill an empty portal; all of it or nothing."""
    with transaction.atomic():
        with clock.at(world.period.settles_at):
            people = cast.move_in(world)
            teller.step(gettext_noop("The people of the platform and the merchants are here"))
            rules.open_categories(people)
            agreements.settle(world, people)
        settled = Settled()
        for number, (planned, owner) in enumerate(zip(world.merchants, people.owners, strict=True)):
            teller.bar(number, len(world.merchants), planned.name)
            settling.settle(planned, settled, world=world, cast=people, owner=owner)
        owned = settled.merchants[world.merchants[0].slug]
        settling.gather_team(owned, world=world, cast=people, owner=people.owners[0])
        teller.step(
            gettext_noop("%(count)s merchants have settled in"),
            count=words.count(len(settled.merchants)),
        )
        boosts = spending.spend(world, settled, people)
        teller.step(
            gettext_noop("%(count)s boosts were asked for and reviewed"), count=words.count(boosts)
        )
        with clock.at(world.period.ends_at):
            agreements.suspend(world, people)
            loose_ends.leave(world, settled, people)


def names(world: World) -> Names:
    """What the portal calls the listings and boosts of a world that was founded."""
    listings = Listing.objects.exclude(status="draft").values_list(
        "note__external_id", "product__external_id", "pk"
    )
    return Names(
        listings={f"{note}:{product}": str(pk) for note, product, pk in listings},
        boosts=_boosts(world),
    )


def _boosts(world: World) -> list[str | None]:
    """A note has one boost at most."""
    asked = dict(Boost.objects.order_by("pk").values_list("note__external_id", "external_id"))
    planned = [asked.pop(boost.key, None) for boost in world.boosts]
    return [*planned, *asked.values()]


def clicks(world: World) -> Clicks:
    """What the ad server counted of the world's past."""
    notes = {note.external_id: place for place, (_, note) in enumerate(world.notes)}
    boosts = {name: place for place, name in enumerate(_boosts(world)) if name}
    counted = DeliveryHour.objects.filter(clicks__gt=0).order_by("pk")
    rows = [
        (boosts[boost], notes[note], microseconds(hour_at), count)
        for boost, note, hour_at, count in counted.values_list(
            "boost__external_id", "boost__note__external_id", "hour_at", "clicks"
        )
    ]
    return Clicks(*np.array(rows, dtype=np.int64).reshape(-1, 4).T)


def merchants(world: World) -> dict[str, Merchant]:
    """The merchants of a world that was founded, by slug."""
    rows = {row.credit_code: row for row in Merchant.objects.select_related("team")}
    return {planned.slug: rows[planned.credit_code] for planned in world.merchants}
