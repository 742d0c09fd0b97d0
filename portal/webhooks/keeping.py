"""How long messages are kept: what they said and how they were tried for a month after delivery.

That there was a message, and when it was taken, is kept for good.
"""

from django.db import transaction

from portal import clock
from portal.webhooks.models import KEPT_FOR, Attempt, Message, MessageState

MOST_AT_ONCE = 10_000


@transaction.atomic
def sweep() -> int:
    """Let go of what is older; how many messages. What is left comes the next day."""
    old = Message.objects.filter(
        state=MessageState.DELIVERED, is_kept=True, delivered_at__lt=clock.now() - KEPT_FOR
    )
    found = list(old.order_by("delivered_at").values_list("pk", flat=True)[:MOST_AT_ONCE])
    # One that somebody sends again meanwhile keeps what it says.
    let_go = Message.objects.filter(pk__in=found, state=MessageState.DELIVERED)
    count = let_go.update(body=b"", is_kept=False)
    Attempt.objects.filter(message__in=found, message__is_kept=False).delete()
    return count
