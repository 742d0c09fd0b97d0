"""What an ad server says of how a boost goes: the latest word stands."""

from typing import Any

from django.db.models import Q

from campaigns.delivery import rows
from campaigns.delivery.models import DeliveryMessage, Serving, Word
from campaigns.delivery.posted import Unprocessable
from campaigns.delivery.rows import Unreadable


def take_word(message: DeliveryMessage, data: dict[str, Any]) -> dict[str, Any]:
    """Keep the word of `data`, unless a later one was said; what the sender is told.

    Raises Unprocessable for what says nothing, a boost that this ad server does not serve among it.
    """
    said_at = rows.moment(data.get("at"))
    if said_at is None or said_at > message.received_at + rows.AHEAD:
        raise Unprocessable("data.at is an instant with its zone that has come")
    if data.get("status") not in Word.values:
        raise Unprocessable(f"data.status is one of {', '.join(Word.values)}")
    audience = data.get("audience")
    if audience is not None and not _is_count(audience):
        raise Unprocessable("data.audience is a whole number")
    try:
        boost_id = rows.text(data, "boost_id")
        reason = rows.text(data, "reason") if data.get("reason") else ""
    except Unreadable as refused:
        raise Unprocessable(f"data.{refused.field} is a short text") from refused
    its = Serving.objects.filter(ad_server=message.ad_server_id, boost__external_id=boost_id)
    later = Q(word_at=None) | Q(word_at__lt=said_at)
    if its.filter(later).update(
        word=data["status"], word_reason=reason, audience=audience, word_at=said_at
    ):
        return {"taken": True}
    if not its.exists():
        raise Unprocessable("data.boost_id is no boost that you were told of")
    return {"taken": False}


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= rows.MOST_COUNT
