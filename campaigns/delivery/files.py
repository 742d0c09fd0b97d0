"""A file of an ad server as a message of it: each row belongs to the message that brought it."""

from collections.abc import Mapping
from datetime import datetime

from campaigns.delivery.models import AdServer, DeliveryMessage
from campaigns.delivery.taking import Outcome

# A file is answered on the page of its batch.
OK = 200


def message_of(
    server: AdServer, *, name: str, sha256: str, received_at: datetime
) -> DeliveryMessage:
    """The message that a file is; again, the same. Its `name` is none that can be posted: ids of
    messages have no colon."""
    if ":" not in name:
        raise ValueError(f"{name} could be the id of a message.")
    message, _is_new = DeliveryMessage.objects.get_or_create(
        ad_server=server,
        message_id=name,
        # It is answered from the start: nobody finishes it from a body that it has not.
        defaults={
            "sha256": sha256, "received_at": received_at, "answer": b"", "is_kept": False,
            "http_status": OK,
        },
    )  # fmt: skip
    return message


def count(message: DeliveryMessage, outcomes: Mapping[Outcome, int]) -> None:
    """Write down what became of the rows of the file."""
    DeliveryMessage.objects.filter(pk=message.pk).update(
        rows=sum(outcomes.values()),
        **{outcome.value: outcomes.get(outcome, 0) for outcome in Outcome},
    )
