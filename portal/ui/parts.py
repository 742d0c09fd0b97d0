"""The answers to a part of a page that cannot be had: why, and the way on.

A part is what htmx asks for to put into a page. An answer that is no part is never put there:
`static/js/parts.js` shows the sentences of `trouble` beside the page, which stays as it is.
"""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails

from portal.ui.pages import Link

# The header by which the script knows that the body is such sentences, and no page of a proxy.
HEADER = "X-Trouble"


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asks. Before its middleware has run, nobody knows, and a page is right."""
    htmx = cast("HtmxDetails | None", getattr(request, "htmx", None))
    return htmx is not None and bool(htmx) and not htmx.history_restore_request


def trouble(
    request: HttpRequest, code: int, title: str, text: str, way: Link | None = None
) -> HttpResponse:
    """Say why the part cannot be had; `way` leads on where trying again does not help."""
    response = render(
        request, "portal/_trouble.html", {"title": title, "text": text, "way": way}, status=code
    )
    response[HEADER] = str(code)
    return response


def page_around(request: HttpRequest) -> str:
    """The path and query of the page that a part was asked for: where to return to.

    A part with the page's own path is the page with another question, so it is that one.
    """
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    page = htmx.current_url_abs_path or ""
    return page if page and page.partition("?")[0] != request.path else request.get_full_path()
