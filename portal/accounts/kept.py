"""What somebody was about to send, kept in his session while he is asked for something first."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest

from portal.ui import typed

_KEY = "kept"
_NEVER = {"csrfmiddlewaretoken", typed.MARK}
# Keys of requests and versions of what was read: nobody typed them.
_MACHINE = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOST_SHOWN = 200


@dataclass(frozen=True)
class Kept:
    """A form on its way to `url`, from the page `page`. Files are not kept, `had_files` says so."""

    url: str
    page: str
    action: str
    fields: list[tuple[str, str]]
    had_files: bool

    @property
    def typed(self) -> list[str]:
        """What a person would recognise of it."""
        values = (value.strip() for _name, value in self.fields)
        return [value[:_MOST_SHOWN] for value in values if value and not _MACHINE.fullmatch(value)]


def keep(request: HttpRequest, action: str = "") -> bool:
    """Keep a POST, sent to do `action`; False when there is none, or when it holds a password."""
    if request.method != "POST" or any("password" in name for name in request.POST):
        return False
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in _NEVER
    ]
    request.session[_KEY] = {
        "url": request.get_full_path(),
        "page": page_of(request),
        "action": action,
        "fields": fields,
        "had_files": bool(request.FILES),
    }
    return True


def of(request: HttpRequest) -> Kept | None:
    """What is kept for the person of this session."""
    told: dict[str, Any] | None = request.session.get(_KEY)
    return Kept(**told) if told else None


def drop(request: HttpRequest) -> None:
    """It has been sent now."""
    kept = of(request)
    if kept and request.method == "POST" and kept.url == request.get_full_path():
        del request.session[_KEY]


def page_of(request: HttpRequest) -> str:
    """The page that the form was on, as the browser says; only ever one of this site."""
    told = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    address = urlsplit(told)
    if address.netloc != request.get_host() or not address.path.startswith("/"):
        return "/"
    # Two slashes would be another site.
    return address._replace(scheme="", netloc="", path=f"/{address.path.lstrip('/')}").geturl()
