"""What holds for every page of a fund's partner: nobody keeps it, finds it, or learns of it."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.cache import add_never_cache_headers

from campaigns.sharing.models import FundGuest
from campaigns.sharing.verbs import LIFE
from portal.accounts.middleware import for_nobody
from portal.ui import errors

_SALT = "campaigns.sharing"
# Browsers keep such a cookie for our address alone.
_COOKIE = "__Host-fund" if settings.HTTPS else "fund"

View = Callable[..., HttpResponseBase]


def partner_page(view: View) -> View:
    """A page for whoever has a code. Who is signed in to the portal is nobody here, so that no name
    of his own stands around what he shows to others."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except Http404 as absent:
            response = errors.not_found(request, absent)
        add_never_cache_headers(response)
        response["Cache-Control"] = "no-store"
        # With it browsers send forms from nowhere, and those are refused: who has one says else.
        response.setdefault("Referrer-Policy", "no-referrer")
        response["X-Robots-Tag"] = "noindex"
        return response

    return for_nobody(answer)


def let_in(response: HttpResponseBase, guest: FundGuest) -> None:
    """The browser of the guest is known from now on, as long as his code holds."""
    response.set_cookie(
        _COOKIE,
        signing.dumps(guest.pk, salt=_SALT),
        max_age=LIFE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def let_out(response: HttpResponseBase) -> None:
    """The browser knows no guest any more; the code holds on."""
    response.delete_cookie(_COOKIE, samesite="Strict")


def guest_of(request: HttpRequest) -> FundGuest:
    """Who has entered with this browser. Raises Http404 for nobody, and for one whose code does not
    hold any more."""
    try:
        pk = signing.loads(request.COOKIES.get(_COOKIE, ""), salt=_SALT, max_age=LIFE)
    except signing.BadSignature as forged:
        raise Http404 from forged
    guest = FundGuest.objects.let_in().filter(pk=pk).select_related("fund__account").first()
    if guest is None:
        raise Http404
    return guest
