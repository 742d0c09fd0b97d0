"""Every request has an id, by which its page, its log and the jobs it asked for are found."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from portal import logs
from portal.accounts import clients

HEADER = "X-Request-ID"


class RequestIdMiddleware:
    """Gives the request its id, and says it in the answer.

    A proxy of ours may have given it one; whatever anybody else sends is no id, since he could make
    his lines look like another's.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        offered = request.headers.get(HEADER) if clients.is_from_proxy(request) else None
        request_id = logs.begin_request(offered)
        response = self.get_response(request)
        response[HEADER] = request_id
        return response
