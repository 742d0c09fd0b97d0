"""The demo's ad server as the portal knows it, and what it told of the days that are over."""

import json
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from campaigns.boosts.models import Boost, BoostStatus
from campaigns.delivery import announcing, messages, servers
from campaigns.delivery.models import AdServer
from demo.partners import pacing
from demo.partners.pacing import Order
from demo.people.cast import HOST, Cast
from portal import clock
from portal.accounts import mails
from portal.accounts.models import User
from portal.refusals import Refusal
from portal.webhooks import verbs as endpoints
from portal.webhooks.models import Endpoint

CODE = "demo-ads"
# 24 rows of each fit into one message.
BOOSTS_A_MESSAGE = 40
DAY = timedelta(days=1)


def open_server(cast: Cast) -> AdServer:
    """The platform's ad server. Nothing is sent to it before it runs."""
    endpoint = endpoints.open_endpoint(CODE, url=_address(), by=cast.admin)
    return servers.create(
        endpoint,
        name_zh="社区广告服务器",
        name_en="Community ad server",
        wait_hours=48,
        is_active=True,
        by=cast.admin,
    )


@mails.held_back()
def switched_on() -> Endpoint:
    """The ad server's endpoint. What has waited is sent from its first start on, since a second
    admin signs its address then. Raises Refusal where nobody listens at that address."""
    endpoint = Endpoint.objects.filter(code=CODE).first()
    was_ended = AdServer.objects.filter(endpoint=endpoint, is_active=False).exists()
    if endpoint is None or was_ended or not settings.WEBHOOK_LOOPBACK:
        raise Refusal(_("There is no ad server of the demo world here."))
    if endpoint.url:
        return endpoint
    return endpoints.sign(endpoint, by=User.objects.get(email=f"admin2@{HOST}"))


def tell_yesterday(server: AdServer) -> None:
    """What the last day cost, told as the ad server tells it, through the door behind the
    signature."""
    now = clock.now()
    under_way = Boost.objects.filter(serving__ad_server=server, settled_at=None).exclude(
        status=BoostStatus.SCHEDULED
    )
    boosts = list(under_way.select_related("note").order_by("pk"))
    for begin in range(0, len(boosts), BOOSTS_A_MESSAGE):
        part = boosts[begin : begin + BOOSTS_A_MESSAGE]
        rows = [row for boost in part for row in _rows(boost, now)]
        if rows:
            body = json.dumps({"type": "delivery.rows", "data": {"rows": rows}}).encode()
            message_id = f"past-{now:%Y%m%dT%H%M}-{part[0].pk}"
            messages.answer(messages.receive(server, message_id, body))


def _rows(boost: Boost, now: datetime) -> list[dict[str, object]]:
    order = Order.read({**announcing.state(boost), "sequence": 0})
    return [row.as_json() for row in pacing.hours(order, now) if row.hour_at >= now - DAY]


def _address() -> str:
    """Of this machine, a thousand ports above the site, where it may be called."""
    if not settings.WEBHOOK_LOOPBACK:
        return "https://ads.notelink.example/announce"
    port = urlsplit(settings.SITE_URL).port or 80
    port += 1_000 if port < 64_000 else -1_000
    return f"http://127.0.0.1:{port}/announce"
