"""The answers to a part of a page that cannot be had: why, and the way on.

A part is what htmx asks for to put into a page. An answer that is no part is never put there:
`static/js/parts.js` shows the sentences of `trouble` beside the page, which stays as it is.
"""

from typing import cast
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails

from portal.ui.pages import Link

# The header by which the script knows that the body is such sentences, and no page of a proxy.
HEADER = "X-Trouble"
# Too large to be read: the same again is answered in the same way.
TOO_LARGE = {413, 414, 431}


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asks. Before its middleware has run, nobody knows, and a page is right."""
    htmx = cast("HtmxDetails | None", getattr(request, "htmx", None))
    return htmx is not None and bool(htmx) and not htmx.history_restore_request


def trouble(
    request: HttpRequest, code: int, title: str, text: str, way: Link | None = None
) -> HttpResponse:
    """Say why the part cannot be had; `way` leads on where trying again does not help."""
    said = {"title": title, "text": text, "way": way, "is_final": code in TOO_LARGE}
    response = render(request, "portal/_trouble.html", said, status=code)
    response[HEADER] = str(code)
    return response


def page_told(request: HttpRequest) -> str:
    """The path and query of the page that the browser says it asks from; empty where it says
    none, none of this site, or what is no address."""
    told = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    try:
        page = urlsplit(told)
    except ValueError:
        return ""
    if page.netloc != request.get_host():
        return ""
    # Two slashes at the front would name another site.
    path = "/" + page.path.lstrip("/")
    return f"{path}?{page.query}" if page.query else path


def page_around(request: HttpRequest) -> str:
    """The path and query of the page that a part was asked for: where to return to.

    A part with the page's own path is the page with another question, so it is that one.
    """
    page = page_told(request)
    return page if page and page.partition("?")[0] != request.path else request.get_full_path()
