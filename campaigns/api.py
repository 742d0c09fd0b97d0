"""What partners' programs call. Each address is signed by its endpoint's key; nobody signs in."""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt

from campaigns.delivery import messages, rates
from campaigns.delivery.messages import OtherBody
from campaigns.delivery.models import AdServer
from portal import clock
from portal.accounts.middleware import for_nobody
from portal.webhooks import signing

# Messages a minute of one ad server: ten times what one with 10 000 boosts needs.
MOST_A_MINUTE = 600
_MINUTE_S = 60


def _unattended(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Whoever calls is known by his signature alone: no session, and no form of ours."""
    return csrf_exempt(for_nobody(cache_control(no_store=True)(view)))


@_unattended
def deliveries(request: HttpRequest, code: str) -> HttpResponse:
    """Take one message of an ad server; the same message again gets the same bytes.

    401 tells nothing: neither whether there is such a server, nor what was wrong. 422 is for a
    message that says nothing, and for an id that meant another message before.
    """
    if request.method != "POST":
        answer = _told(405, error="send a POST")
        answer["Allow"] = "POST"
        return answer
    try:
        # Attempts are stamped by the sender's real clock.
        message_id = signing.verify(code, request.headers, request.body, clock.now())
    except signing.Forged:
        return _not_known()
    server = AdServer.objects.filter(endpoint__code=code).first()
    if server is None:
        return _not_known()
    if not rates.has_room(server, most=MOST_A_MINUTE):
        answer = _told(429, error="too many messages this minute")
        answer["Retry-After"] = str(_MINUTE_S)
        return answer
    try:
        message = messages.answer(messages.receive(server, message_id, request.body))
    except OtherBody:
        return _told(422, error="this id was used for another message")
    body = messages.body_of(message)
    return HttpResponse(body, status=message.http_status, content_type="application/json")


def _not_known() -> HttpResponse:
    return _told(401, error="not signed by an ad server that we know")


def _told(status: int, **told: Any) -> HttpResponse:
    return HttpResponse(json.dumps(told), status=status, content_type="application/json")
