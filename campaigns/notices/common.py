"""What the tables of notices share."""

from django.urls import reverse

from campaigns.boosts.models import Boost
from portal.notices.told import Nobody

OWN_ACT = Nobody("the merchant did it itself, and it concerns nobody else")
BY_THE_PLATFORM = Nobody("an admin did it, and boosts go on as they were")


def names_of(boost: Boost) -> dict[str, object]:
    """What a sentence about a boost names."""
    return {"note": boost.note.title, "merchant": boost.merchant.name}


def merchants_page(row: object) -> str:
    """Where an admin sees who looks after whom."""
    return reverse("merchants:merchant-directory")
