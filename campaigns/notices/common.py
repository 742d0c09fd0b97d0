"""What the tables of notices share."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from campaigns.boosts.models import Boost
from portal.accounts.models import AuditEntry, User
from portal.notices.audiences import Audience
from portal.notices.told import Nobody

OWN_ACT = Nobody("the merchant did it itself, and it concerns nobody else")
BY_THE_PLATFORM = Nobody("an admin did it, and boosts go on as they were")


def names_of(boost: Boost) -> dict[str, object]:
    """What a sentence about a boost names."""
    return {"note": boost.note.title, "merchant": boost.merchant.name}


def merchants_page(row: object) -> str:
    """Where an admin sees who looks after whom."""
    return reverse("merchants:merchant-directory")


def only(test: Callable[[Any], bool], audience: Audience) -> Audience:
    """`audience`, when `test` holds for the row; else nobody."""

    def tested(entry: AuditEntry, row: Any) -> QuerySet[User]:
        return audience(entry, row) if test(row) else User.objects.none()

    return tested
