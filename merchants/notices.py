"""Telling the people concerned: a merchant's team, or the platform's admins."""

from django.urls import reverse

from merchants.companies.models import Merchant
from portal.accounts.models import PlatformRole, User
from portal.accounts.notices import notify


def tell_team(
    merchant: Merchant, text: str, *, page: str, args: tuple[object, ...] = (), **params: object
) -> None:
    """Notify everyone in the merchant's team; `page` is one of its own pages, by name.

    `text` is an English message id; `%(merchant)s` is filled in.
    """
    notify(
        User.objects.filter(memberships__team=merchant.team_id),
        text,
        url=reverse(f"merchants:{page}", args=[merchant.code, *args]),
        merchant=merchant.name,
        **params,
    )


def tell_admins(text: str, *, page: str, besides: User | None = None, **params: object) -> None:
    """Notify the platform's admins but `besides`; `page` is a platform page of this app."""
    admins = User.objects.filter(platform_role=PlatformRole.ADMIN, is_active=True)
    notify(
        [admin for admin in admins if admin != besides],
        text,
        url=reverse(f"merchants:{page}"),
        **params,
    )


def tell_person(user: User, text: str, *, page: str, **params: object) -> None:
    """Notify one person of the platform; `page` is a platform page of this app."""
    notify(
        [user],
        text,
        url=reverse(f"merchants:{page}"),
        **params,
    )
