"""The second factors that people hold."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet

from portal.accounts.models import User

# Recovery codes only stand in for one of these.
_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def factors() -> QuerySet[Authenticator]:
    """An authenticator app or a passkey each, of all people."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(type__in=_FACTORS)
    return found


def is_missing(user: User) -> bool:
    """Whether `user` holds none where factors are asked for at all; no query where they are not."""
    return bool(settings.SECOND_FACTOR) and not factors().filter(user=user).exists()
