"""Telling the people a boost concerns."""

from django.urls import reverse

from campaigns.boosts.models import Boost
from portal.accounts.models import PlatformRole, Role, User
from portal.accounts.notices import notify


def tell_team(boost: Boost, text: str) -> None:
    """Notify those of the merchant who may change the boost; `%(note)s` is filled in."""
    members = User.objects.filter(
        memberships__team=boost.merchant.team_id,
        memberships__role__in=[Role.OWNER, Role.OPERATOR],
    )
    notify(members, text, url=boost.get_absolute_url(), note=boost.note.title)


def tell_reviewers(boost: Boost, text: str) -> None:
    """Notify the merchant's account manager, or all when it has none; see `tell_team`."""
    reviewers = User.objects.filter(platform_role=PlatformRole.ACCOUNT_MANAGER, is_active=True)
    if boost.merchant.account_manager_id:
        reviewers = reviewers.filter(pk=boost.merchant.account_manager_id)
    notify(
        reviewers,
        text,
        url=reverse("campaigns:review-detail", args=[boost.pk]),
        note=boost.note.title,
        merchant=boost.merchant.name,
    )
