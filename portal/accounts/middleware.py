"""What holds for every answer to somebody who is signed in, and what he is asked for first."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from portal import logs
from portal.accounts import devices, factors, recent
from portal.accounts.models import User
from portal.ui import parts, unsent

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def for_nobody(view: View) -> View:
    """Mark a view whose readers are nobody to us, whether they are signed in or not."""
    view.is_for_nobody = True  # type: ignore[attr-defined]
    return view


class NobodyMiddleware:
    """Takes the cookies of a person away where nobody has to be known.

    So no session is looked up for such a page, and it needs no database to be shown.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with suppress(Resolver404):
            if getattr(resolve(request.path_info).func, "is_for_nobody", False):
                request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return self.get_response(request)


class PersonMiddleware:
    """Speaks the person's language, lets no cache keep what only they may see, and has their
    browser remember that they have used it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if isinstance(user, User):
            logs.say_who(user.pk)
            if user.language:
                translation.activate(user.language)
                request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        if isinstance(request.user, User) and "Cache-Control" not in response:
            patch_cache_control(response, private=True, no_store=True)
        devices.keep(request, response)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"
        )
        return response


class GuardMiddleware:
    """Sends on whoever owes a second factor, or has to say once more who he is.

    What he was about to send is kept, and waits at `accounts:carry-on`.
    """

    # Who owes a factor gets here, to set one up or to leave.
    OPEN = {
        "accounts:factor-setup",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "account_logout",
    }

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], *given: object
    ) -> HttpResponseBase | None:
        """The page on which a factor is set up, instead of every other."""
        unsent.sent(request)
        name = _name_of(request)
        is_allauths = name.startswith(("account_", "mfa_"))
        if name in self.OPEN or not (is_allauths or getattr(view, "is_for_people", False)):
            return None
        if not isinstance(request.user, User) or not factors.is_owed(request.user):
            return None
        return self._to_set_up(request)

    def _to_set_up(self, request: HttpRequest, action: str = "") -> HttpResponseBase:
        request.session["after_factor"] = _way_back(request, action)
        return _sent_to(request, reverse("accounts:factor-setup"))

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """The page on which he says who he is, or sets a second factor up; allauth's own pages ask
        by the same exception, and send nobody to the login."""
        if isinstance(exception, recent.FactorMissing):
            return self._to_set_up(request, exception.action)
        is_asked = isinstance(exception, ReauthenticationRequired)
        if not is_asked or not request.user.is_authenticated:
            return None
        ways = get_adapter().get_reauthentication_methods(request.user)
        url = ways[0]["url"] if ways else reverse("account_reset_password")
        action = getattr(exception, "action", "")
        return _sent_to(request, f"{url}?{urlencode({'next': _way_back(request, action)})}")


def _way_back(request: HttpRequest, action: str = "") -> str:
    """Where he goes on afterwards: to what he was about to send, or to the page he wanted."""
    if request.method == "POST":
        # Pages of factors take codes and keys, which are kept nowhere.
        is_of_factors = _name_of(request).startswith("mfa_")
        is_kept = not is_of_factors and unsent.keep(request, action)
        return reverse("accounts:carry-on") if is_kept else unsent.page_of(request)
    return parts.page_around(request) if parts.is_part(request) else request.get_full_path()


def _name_of(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def _sent_to(request: HttpRequest, url: str) -> HttpResponseBase:
    if parts.is_part(request):
        return HttpResponseClientRedirect(url)
    return redirect(url)
