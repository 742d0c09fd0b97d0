"""The pages people see when something goes wrong: what happened and what to do now."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from portal import logs
from portal.ui import parts


def error_page(request: HttpRequest, code: int, title: str, text: str) -> HttpResponse:
    """The page that says what is wrong and what to do; for a part just the sentences."""
    if parts.is_part(request):
        return parts.trouble(request, code, title, text)
    context = {"code": code, "title": title, "text": text, "request_id": logs.request_id()}
    return render(request, "portal/error.html", context, status=code)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself is broken; 413: it is larger than any form of ours can be."""
    if isinstance(exception, RequestDataTooBig):
        text = _("Nothing was saved. Send less at once, or upload it as a file.")
        return error_page(request, 413, _("This is too much for one request"), text)
    return error_page(
        request, 400, _("This request cannot be read"), _("Go back, reload the page and try again.")
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the sentence of the PermissionDenied that was raised; without one it is the role."""
    text = str(exception) or _("Your role does not allow this. Ask the owner of the team.")
    return error_page(request, 403, _("You may not do this"), text)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: absent, or somebody else's; the page does not tell which."""
    return error_page(
        request,
        404,
        _("There is no such page"),
        _("Check the address. If someone sent you the link, ask for access to their team."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: something broke, perhaps the database."""
    return alone("500.html", 500)


def alone(template: str, code: int) -> HttpResponse:
    """A page of trouble that needs neither the database nor the session."""
    context = {"code": code, "request_id": logs.request_id(), "site_name": settings.SITE_NAME}
    return HttpResponse(render_to_string(template, context), status=code)


class NotAllowedMiddleware:
    """405: a page instead of Django's empty answer to, say, the address of a button."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        text = _("The address belongs to a button. Go to the page that has it, and press it there.")
        page = error_page(request, 405, _("This address cannot be opened like a page"), text)
        page["Allow"] = response["Allow"]
        return page
