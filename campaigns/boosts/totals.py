"""What the boosts of a campaign hold and cost, added up. Nothing of it is kept: ADR 0148."""

from dataclasses import dataclass

from django.db.models import BigIntegerField, Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Cast, Coalesce

from campaigns.boosts.models import Boost
from campaigns.campaigns.models import Campaign


@dataclass(frozen=True)
class Totals:
    """The boosts of a campaign: how many there are, what they cost so far, and what is set aside
    for them now and not spent (fen)."""

    boosts: int
    captured_fen: int
    left_fen: int


def of(campaign: Campaign) -> Totals:
    """The sums of all boosts of `campaign`, in one query."""
    found = campaign.boosts.aggregate(
        boosts=Count("pk"), held=Sum("held_fen", default=0), captured=Sum("captured_fen", default=0)
    )
    held, captured = int(found["held"]), int(found["captured"])
    return Totals(found["boosts"], captured, held - captured)


def for_list(campaigns: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """`campaigns` with `boost_count` and `captured_fen` (fen), for the rows of a page alone."""
    own = Boost.objects.filter(campaign=OuterRef("pk")).order_by().values("campaign")
    spent = own.annotate(fen=Cast(Sum("captured_fen"), BigIntegerField())).values("fen")
    return campaigns.annotate(
        boost_count=Coalesce(Subquery(own.annotate(n=Count("pk")).values("n")), 0),
        captured_fen=Coalesce(Subquery(spent), 0),
    )
