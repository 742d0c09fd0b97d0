"""A second factor beside the password, an authenticator app or a passkey: whom it is asked of."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef

from portal.accounts import permissions
from portal.accounts.models import User

# Recovery codes only stand in for one of these.
_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def is_owed(user: User) -> bool:
    """Whether one is asked of `user` now, and he has none: never had, or removed the last.

    Asked are people of the platform, and whoever holds a right over money or members in any team.
    One query; none where SECOND_FACTOR is off.
    """
    if not settings.SECOND_FACTOR:
        return False
    held = Authenticator.objects.filter(type__in=_FACTORS)
    if user.platform_role:
        return not held.filter(user=user).exists()
    roles = permissions.roles_with(permissions.MONEY_OR_MEMBERS)
    guarded = user.memberships.filter(role__in=roles)
    return guarded.exclude(Exists(held.filter(user=OuterRef("user")))).exists()
