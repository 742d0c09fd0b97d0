"""What a person meets whose session is over, or who has signed in again since a page was opened.

What was typed is kept for him (`portal.ui.unsent`), and the login leads back to the page.
"""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal.ui import parts, unsent
from portal.ui.errors import error_page
from portal.ui.pages import Link


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """A door's answer to nobody: the login page, which leads back; for a part 401 and the way."""
    if parts.is_part(request):
        back = urlencode({"next": parts.page_around(request)})
        return parts.trouble(
            request,
            401,
            _("You have been signed out"),
            _("Sign in again to go on; you come back to this page."),
            Link(_("Sign in"), f"{resolve_url(settings.LOGIN_URL)}?{back}", icon="login"),
        )
    if request.method == "POST":
        return _posted_by_nobody(request)
    return redirect_to_login(request.get_full_path())


def _posted_by_nobody(request: HttpRequest) -> HttpResponse:
    kept = unsent.keep(request)
    if kept and kept.fields:
        said = _(
            "You have been signed out, so nothing was saved. Sign in within an hour, as the same "
            "person: what you typed is in the form again."
        )
    else:
        said = _("You have been signed out, so nothing was done. Sign in to go on.")
    messages.warning(request, said)
    return redirect_to_login(unsent.page_of(request))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form without a valid token: whoever opened it has signed in or out since.

    The same person finds it again with what he typed; 403 where it was somebody else's, or where
    it does not say whose it was.
    """
    user: Any = request.user
    owner = "" if parts.is_part(request) else unsent.opened_by(request)
    if owner and not user.is_authenticated:
        return _posted_by_nobody(request)
    if owner and owner == str(user.pk):
        return unsent.ask_again(request, unsent.keep(request))
    text = (
        _("Somebody else was signed in when it was opened. Nothing was done. Open the page anew.")
        if owner
        else _(
            "You have signed in or out since it was opened. Go back, reload the page and try again."
        )
    )
    return error_page(request, 403, _("This form is too old"), text)
