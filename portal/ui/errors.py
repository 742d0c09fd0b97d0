"""The pages people see when something goes wrong: what happened and what to do now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def _error(request: HttpRequest, code: int, title: str, text: str) -> HttpResponse:
    context = {"code": code, "title": title, "text": text}
    return render(request, "portal/error.html", context, status=code)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself is broken."""
    return _error(
        request, 400, _("This request cannot be read"), _("Go back, reload the page and try again.")
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the sentence of the PermissionDenied that was raised."""
    text = str(exception) or _("Your role does not allow this. Ask the owner of the team.")
    return _error(request, 403, _("You may not do this"), text)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: absent, or somebody else's; the page does not tell which."""
    return _error(
        request,
        404,
        _("There is no such page"),
        _("Check the address. If someone sent you the link, ask for access to their team."),
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form without a valid token: usually an old tab."""
    return _error(
        request,
        403,
        _("This form is too old"),
        _("You have signed in or out since it was opened. Go back, reload the page and try again."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a page that needs neither the database nor the session."""
    return HttpResponse(render_to_string("500.html"), status=500)
