"""What the pages of a note, a boost and a campaign show of costs from outside."""

from urllib.parse import urlencode

from django.db.models import Count, Model, Sum
from django.urls import reverse

from campaigns.boosts.models import Boost
from campaigns.campaigns.models import Campaign
from campaigns.costs.models import Cost
from merchants.notes.models import Note
from portal.accounts.access import PortalRequest
from portal.shell import objects
from portal.shell.objects import Part


def announce() -> None:
    """Add it; called once, when the app is ready."""
    objects.add(_find)


def _find(request: PortalRequest, row: Model) -> Part | None:
    if not isinstance(row, Note | Boost | Campaign) or "cost.view" not in request.may:
        return None
    costs = Cost.objects.filter(merchant=row.merchant).current()
    # How a new cost names it, and the words by which the list finds its costs.
    if isinstance(row, Note):
        costs, name, words = costs.of_note(row), "note", row.external_id
    elif isinstance(row, Boost):
        costs, name, words = costs.filter(boost=row), "boost", row.external_id
    else:
        costs, name, words = costs.of_campaign(row), "campaign", row.name
    found = costs.aggregate(fen=Sum("amount_fen", default=0), count=Count("pk"))
    may_add = "cost.edit" in request.may
    if not found["count"] and not may_add:
        return None
    new = reverse("campaigns:cost-new", args=[row.merchant.code])
    every = reverse("campaigns:cost-list", args=[row.merchant.code])
    shown = {
        **found,
        "every": f"{every}?{urlencode({'about': words})}",
        "new": f"{new}?{name}={row.pk}" if may_add else "",
    }
    return Part("campaigns/_costs.html", shown)
