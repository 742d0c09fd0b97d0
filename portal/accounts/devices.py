"""Browsers that somebody has signed in with before.

Whoever knows the address of an account can fail at its login as often as he likes. What he does
must not keep its owner out, so tries from a browser that the owner has used are counted apart.
"""

from collections.abc import Mapping
from secrets import token_urlsafe

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

_SALT = "portal.accounts.devices"
_YEAR = 365 * 24 * 3600
# A browser that very many sign in with is nobody's own.
_MOST = 8


def known(request: HttpRequest, email: str) -> str:
    """The id of the browser, if `email` has signed in with it; else an empty text."""
    return _read(request).get(_named(email), "")


def remember(request: HttpRequest, email: str) -> None:
    """`email` has signed in, or proved that the mailbox is his; the answer will carry that."""
    kept = {name: mark for name, mark in _read(request).items() if name != _named(email)}
    newest = list(kept.items())[-(_MOST - 1) :]
    request.devices = dict([*newest, (_named(email), token_urlsafe(12))])  # type: ignore[attr-defined]


def keep(request: HttpRequest, response: HttpResponseBase) -> None:
    """Write what this request remembered into the browser's cookie."""
    remembered = getattr(request, "devices", None)
    if remembered:
        response.set_cookie(
            settings.DEVICE_COOKIE_NAME,
            signing.dumps(remembered, salt=_SALT),
            max_age=_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def _read(request: HttpRequest) -> Mapping[str, str]:
    """Marks of this browser by the accounts that signed in with it, oldest first."""
    try:
        value = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
        return dict(signing.loads(value, salt=_SALT, max_age=_YEAR))
    except signing.BadSignature:
        return {}


def _named(email: str) -> str:
    """The account in a cookie that others who use the browser can read."""
    return salted_hmac(_SALT, email.strip().lower()).hexdigest()[:16]
