"""Language and theme: two buttons on every page, which work without JavaScript."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.accounts import people
from portal.accounts.models import User
from portal.ui import themes

YEAR = 365 * 24 * 3600


@require_POST
def language_set(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on; remembered with the person, or in a cookie."""
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest(_("There is no such language."))
    if isinstance(request.user, User):
        people.choose_language(request.user, code)
    translation.activate(code)
    return _back(request, settings.LANGUAGE_COOKIE_NAME, code)


@require_POST
def theme_set(request: HttpRequest) -> HttpResponse:
    """Light or dark from now on, in this browser."""
    theme = request.POST.get("theme", "")
    if theme not in themes.THEMES:
        return HttpResponseBadRequest(_("There is no such theme."))
    return _back(request, themes.COOKIE, theme)


def _back(request: HttpRequest, cookie: str, value: str) -> HttpResponse:
    """Go back to the page the button was on, with the choice in a cookie."""
    to = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(to, {request.get_host()}, request.is_secure()):
        to = "/"
    response = HttpResponseRedirect(to)
    response.set_cookie(
        cookie, value, max_age=YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
    return response
