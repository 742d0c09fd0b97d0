"""Ask a list again as its reader, with nobody at the other end.

The view that somebody asked says who may read it and what its lines are, here as there: the file
is what would have been streamed, and a right that was taken away meanwhile is missed by the same
door.
"""

from collections.abc import Iterator
from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, QueryDict, StreamingHttpResponse
from django.urls import resolve
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from portal.accounts import factors
from portal.accounts.models import User
from portal.exports.models import Export
from portal.refusals import Refusal
from portal.ui import prepared


def lines_of(export: Export) -> Iterator[bytes]:
    """The lines that the address has for its owner now; none is made before it is asked for.

    Raises Refusal when he may not read the list any more, or when there is none.
    """
    # As he is now: not as he was known when he asked.
    owner = User.objects.filter(pk=export.owner_id, is_active=True).first()
    if owner is None or factors.is_owed(owner):
        raise _not_open()
    request = _request(export.address, owner)
    try:
        view, args, kwargs = resolve(request.path_info)
        answer = view(request, *args, **kwargs)
    except (PermissionDenied, Http404) as no:
        raise _not_open() from no
    if not isinstance(answer, StreamingHttpResponse):
        raise Refusal(_("This list cannot be made as it was asked for. Open it and ask again."))
    return cast("Iterator[bytes]", answer.streaming_content)


def is_open(export: Export) -> bool:
    """Whether its owner may read the list now, and so the file of it."""
    try:
        lines_of(export)
    except Refusal:
        return False
    return True


def _request(address: str, reader: User) -> HttpRequest:
    """What the middleware would make of the address, for a view that answers with its lines."""
    request = HttpRequest()
    request.method = "GET"
    path, _mark, query = address.partition("?")
    request.path = request.path_info = path
    request.META["QUERY_STRING"] = query
    request.GET = QueryDict(query)
    request.user = reader
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    prepared.mark(request)
    return request


def _not_open() -> Refusal:
    return Refusal(
        _(
            "You may not open this list any more, so there is no file of it for you."
            " Who manages the team can say why."
        )
    )
