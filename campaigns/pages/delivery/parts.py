"""What a boost's page shows of its delivery: its cost by day, and why it spends nothing."""

from django.db.models import Model

from campaigns.boosts.models import Boost
from campaigns.delivery import why_not
from campaigns.delivery.capping import Refusal
from campaigns.delivery.models import DeliveryHour, SpendDay
from portal.accounts.access import PortalRequest
from portal.shell import objects
from portal.shell.objects import Part

# More days than can be told of a boost: of its 90, and `rows.OLDEST` before them.
MOST_DAYS = 500


def announce() -> None:
    """Add it; called once, when the app is ready."""
    objects.add(_find)


def _find(request: PortalRequest, row: Model) -> Part | None:
    if not isinstance(row, Boost):
        return None
    days = list(SpendDay.objects.of_boost(row)[:MOST_DAYS])
    causes = why_not.of(row)
    if not days and not causes:
        return None
    shown = {
        "days": days,
        "causes": causes,
        "captured_fen": row.captured_fen,
        "refused_fen": row.refused_fen,
        "refused_for": _refused_for(row),
        "budget_fen": row.budget_fen,
        "impressions": sum(day.impressions for day in days),
        "clicks": sum(day.clicks for day in days),
        "cash_fen": sum(day.cash_fen for day in days),
    }
    return Part("campaigns/_delivery.html", shown)


def _refused_for(boost: Boost) -> list[tuple[str, int]]:
    """Why spend was not paid, in words, and how much of it (fen), in the order of the reasons."""
    if not boost.refused_fen:
        return []
    told = DeliveryHour.objects.by_refusal(boost)
    return [(str(reason.label), told[reason]) for reason in Refusal if reason in told]
