"""Since when, and until when, a boost belonged to a campaign: see the room of campaigns."""

from django.db import models
from django.db.models import Q

from campaigns.boosts.models import Boost
from campaigns.campaigns.belonging import Belonging, take_lock
from portal import clock


class BoostBelonging(Belonging):
    """A boost in a campaign: `Boost.campaign` with its past, which ends when it is decided."""

    boost = models.ForeignKey(Boost, models.PROTECT, related_name="+")

    class Meta(Belonging.Meta):
        constraints = [
            *Belonging.Meta.constraints,
            models.UniqueConstraint(
                fields=["boost"], condition=Q(to_at=None), name="boost_belongs_to_one_campaign"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} · {self.boost}"


def follow(boost: Boost) -> None:
    """Write down that the locked `boost` belongs to its campaign, and to no other any more."""
    still = BoostBelonging.objects.filter(boost=boost, to_at=None)
    before = {row.campaign_id for row in still}
    now = {boost.campaign_id} if boost.campaign_id else set[int]()
    if before == now:
        return
    take_lock(before | now)
    moment = clock.now()
    still.update(to_at=moment)
    for campaign in now:
        BoostBelonging.objects.create(boost=boost, campaign_id=campaign, from_at=moment)
