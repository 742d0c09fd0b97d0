"""A message of delivery rows, taken boost by boost, each in its own transaction."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import OperationalError

from campaigns.boosts.models import Boost
from campaigns.delivery import rows, taking
from campaigns.delivery.models import DeliveryMessage, QuarantinedDelivery, Serving
from campaigns.delivery.rows import Fault, Row, Unreadable
from campaigns.delivery.taking import Answer, Outcome
from portal import apart

# More goes by file.
MOST_ROWS = 1000
MOST_BOOSTS = 200
# A deadlock ends one of two who wait for each other: by the order of locks none should come.
TRIES = 3


class Unprocessable(ValueError):
    """The message as a whole says nothing that can be taken; the text is for its sender."""


def parsed(body: bytes) -> dict[str, Any]:
    """The object with a type (text) and data (an object) that `body` is. Raises Unprocessable."""
    try:
        told = json.loads(body, parse_constant=_no_number)
    # Of brackets in brackets, without end.
    except (ValueError, RecursionError) as error:
        raise Unprocessable("the body is no JSON") from error
    if not isinstance(told, dict) or not isinstance(told.get("data"), dict):
        raise Unprocessable("the body is an object with type and data")
    if not isinstance(told.get("type"), str):
        raise Unprocessable("type is a text")
    return told


def take_rows(message: DeliveryMessage, data: dict[str, Any]) -> dict[str, Any]:
    """Take what `data["rows"]` says; what the sender is told, row by row.

    sent = accepted + duplicate + quarantined.
    """
    sent = data.get("rows")
    if not isinstance(sent, list):
        raise Unprocessable("data.rows is a list")
    if len(sent) > MOST_ROWS:
        raise Unprocessable(f"at most {MOST_ROWS} rows a message; send more as a file")
    places = dict(enumerate(sent, start=1))
    readable, unreadable = _read(message, places)
    if len({row.boost_id for row in readable.values()}) > MOST_BOOSTS:
        raise Unprocessable(f"at most {MOST_BOOSTS} boosts a message; send more as a file")
    answers = _keep_apart(message, unreadable, places) | _taken(message, readable, places)
    outcomes = [answer.outcome for answer in answers.values()]
    return {
        "sent": len(sent),
        **{outcome.value: outcomes.count(outcome) for outcome in Outcome},
        "rows": [_told(place, answer) for place, answer in sorted(answers.items())],
    }


def take_each(message: DeliveryMessage, sent: Mapping[int, Any]) -> dict[int, Answer]:
    """Take rows by their places in the message, boost by boost; what became of each."""
    readable, unreadable = _read(message, sent)
    return _keep_apart(message, unreadable, sent) | _taken(message, readable, sent)


def _read(
    message: DeliveryMessage, sent: Mapping[int, Any]
) -> tuple[dict[int, Row], dict[int, Unreadable]]:
    """The rows that can be read, by their places, and why the others cannot."""
    readable: dict[int, Row] = {}
    unreadable: dict[int, Unreadable] = {}
    for place, raw in sent.items():
        try:
            readable[place] = rows.read(raw, at=message.received_at)
        except Unreadable as refused:
            unreadable[place] = refused
    return readable, unreadable


def _taken(
    message: DeliveryMessage, readable: dict[int, Row], sent: Mapping[int, Any]
) -> dict[int, Answer]:
    ids = {row.boost_id for row in readable.values()}
    served = Serving.objects.filter(
        ad_server=message.ad_server_id, boost__external_id__in=ids
    ).select_related("boost")
    boosts = {serving.boost.external_id: serving.boost for serving in served}
    unknown = {
        place: Unreadable("boost_id", Fault.UNKNOWN_BOOST)
        for place, row in readable.items()
        if row.boost_id not in boosts
    }

    def take(boost: Boost) -> dict[int, Answer]:
        its = {place: row for place, row in readable.items() if row.boost_id == boost.external_id}
        return taken(boost, its, message)

    answers = _keep_apart(message, unknown, sent)
    in_order = [boost for _id, boost in sorted(boosts.items())]
    failed = "Boosts whose rows could not be taken"
    for answer in apart.each(in_order, take, called="boost", failed=failed):
        answers |= answer
    return answers


def taken(boost: Boost, its: dict[int, Row], message: DeliveryMessage) -> dict[int, Answer]:
    """`taking.take`, once more where the database ended it for another's sake."""
    for _number in range(1, TRIES):
        try:
            return taking.take(boost, its, message)
        except OperationalError:
            continue
    return taking.take(boost, its, message)


def _keep_apart(
    message: DeliveryMessage, unreadable: dict[int, Unreadable], sent: Mapping[int, Any]
) -> dict[int, Answer]:
    QuarantinedDelivery.objects.bulk_create(
        (
            taking.apart(message, place, refused.field, refused.fault, sent[place])
            for place, refused in unreadable.items()
        ),
        # The message may have been cut off after this, and come again.
        ignore_conflicts=True,
    )
    return {
        place: Answer(Outcome.QUARANTINED, reason=refused.fault.value, field=refused.field)
        for place, refused in unreadable.items()
    }


def _told(place: int, answer: Answer) -> dict[str, Any]:
    told = {
        "place": place,
        "outcome": answer.outcome.value,
        "captured_fen": answer.captured_fen,
        "refused_fen": answer.refused_fen,
        "reason": answer.reason,
    }
    return {**told, "field": answer.field} if answer.field else told


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")
