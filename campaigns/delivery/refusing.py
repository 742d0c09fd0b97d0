"""Telling both sides of spend that the platform did not take: once a boost and business day."""

from campaigns.boosts.models import Boost
from campaigns.delivery import announcing
from campaigns.delivery.models import Serving
from portal import clock
from portal.accounts import audit


def tell(boost: Boost) -> None:
    """The refused spend of the locked `boost` rose: write it down, unless that was done today.

    The ad server reads it of every row in its answer, too; people by the notice of the act.
    """
    today = clock.today()
    # Under the boost's lock, so two messages at once do not tell twice.
    told = Serving.objects.filter(boost=boost).exclude(refused_told_on=today)
    if told.update(refused_told_on=today):
        audit.record(
            "boost.spend_refused",
            boost,
            by=None,
            team=boost.audit_team(),
            new={"refused_fen": boost.refused_fen},
        )
        announcing.refused(boost)
