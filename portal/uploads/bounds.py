"""How much a request may carry: asked before a byte of it is read."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from portal.ui import errors

View = Callable[..., HttpResponseBase]

# No form without files comes near it.
FORM_BYTES = 1 << 20
# What a form puts around its file: its other fields, and lines between them.
_AROUND_BYTES = 1 << 16


def takes_files(most_bytes: int) -> Callable[[View], View]:
    """Outermost at a view whose form has a file of at most `most_bytes`.

    Below it stands the door, and below that `files_behind_the_door`: whoever may not come in is
    answered before his file is read. The token of the form stands in its body.
    """

    def decorate(door: View) -> View:
        @wraps(door)
        def view(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            # A session that is over asks for what was typed again: not for a file.
            if body_bytes(request) > FORM_BYTES and not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            return door(request, *args, **kwargs)

        view.most_bytes = most_bytes + _AROUND_BYTES  # type: ignore[attr-defined]
        return csrf_exempt(view)

    return decorate


# Reads the body, so it stands behind the door.
files_behind_the_door = csrf_protect


def body_bytes(request: HttpRequest) -> int:
    """How long its sender says the body is."""
    return int(request.META.get("CONTENT_LENGTH") or 0)


class BodyBoundMiddleware:
    """Before anybody reads a body: one longer than its address takes is refused, unread.

    So is one that does not say how long it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = body_bytes(request)
        if "HTTP_TRANSFER_ENCODING" in request.META and not length:
            return _refused(411)
        if length > FORM_BYTES and length > _most_bytes(request.path_info):
            return _refused(413)
        return self.get_response(request)


def _most_bytes(path: str) -> int:
    try:
        view = resolve(path).func
    except Resolver404:
        return FORM_BYTES
    return int(getattr(view, "most_bytes", FORM_BYTES))


def _refused(status: int) -> HttpResponseBase:
    """A page that needs neither session nor person: nobody has been asked for yet."""
    return errors.alone("413.html", status)
