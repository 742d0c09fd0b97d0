"""Taking the delivery rows of one boost: what is new, what becomes of its hours, what it costs.

One transaction, under the boost's lock. Rows that were taken before change nothing, so whoever is
not sure that a message arrived sends it again. ADR 0137.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction

from campaigns.boosts import funding, schedule
from campaigns.boosts.models import Boost
from campaigns.delivery import hours, refusing, settling, spending
from campaigns.delivery.models import (
    DeliveryHour,
    DeliveryMessage,
    DeliveryRow,
    HourChange,
    QuarantinedDelivery,
)
from campaigns.delivery.rows import Fault, Row
from portal import clock
from portal.states import moved


class Outcome(models.TextChoices):
    """What became of a row of a message: a closed set."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"


@dataclass(frozen=True)
class Answer:
    """What an ad server is told of one row: of its hour, as it is after the message."""

    outcome: Outcome
    captured_fen: int = 0
    refused_fen: int = 0
    reason: str = ""
    field: str = ""


@dataclass
class _Judged:
    """Rows by their places: what became of them, and why some are kept apart."""

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    faults: dict[int, Fault] = field(default_factory=dict)
    fresh: list[DeliveryRow] = field(default_factory=list)


@transaction.atomic
def take(boost: Boost, rows: Mapping[int, Row], message: DeliveryMessage) -> dict[int, Answer]:
    """Take `rows` of `message`, all of them of `boost`, by their places in it; what became of each.

    The same message again gives the same outcomes. Raises what a listener of the capture raises;
    nothing is taken then.
    """
    boost = Boost.locked(boost.pk)
    # The ad server was told when it begins, and does not wait for our clock to look.
    schedule.start_if_due(boost)
    judged = _judge(boost, rows, message)
    QuarantinedDelivery.objects.bulk_create(
        (
            apart(message, place, "revision", fault, rows[place])
            for place, fault in judged.faults.items()
        ),
        ignore_conflicts=True,
    )
    known = hours.of(boost)
    if judged.fresh:
        DeliveryRow.objects.bulk_create(judged.fresh)
        _book(boost, known, judged.fresh, message)
        settling.note_last_word(boost)
    kept_apart = {
        place: Answer(Outcome.QUARANTINED, reason=fault.value, field="revision")
        for place, fault in judged.faults.items()
    }
    taken = {
        place: _answer(known[rows[place].hour_at], outcome)
        for place, outcome in judged.outcomes.items()
    }
    return kept_apart | taken


def listen() -> None:
    """Hear of every move of a boost; called once, when the app is ready."""
    moved.connect(_on_moved, sender=Boost, dispatch_uid="delivery.taking")


def _on_moved(sender: type[Boost], *, row: Boost, **signal: Any) -> None:
    recount(row)


def recount(boost: Boost) -> None:
    """Let the hours of the locked `boost` count by its spans as they are now.

    What was told before a pause, a resume or an end counts as what is told later: in which order
    must not matter.
    """
    known = hours.of(boost)
    if known:
        was = {hour_at: hours.stand(hour) for hour_at, hour in known.items()}
        _follow(boost, known, was, None)
    settling.note_last_word(boost)


def apart(
    message: DeliveryMessage, place: int, name: str, fault: Fault, raw: object
) -> QuarantinedDelivery:
    """The row of what is kept apart, not saved yet; no more of `raw` than a person reads."""
    return QuarantinedDelivery(
        message=message, place=place, field=name, reason=fault, raw=hours.written(raw)
    )


def _judge(boost: Boost, rows: Mapping[int, Row], message: DeliveryMessage) -> _Judged:
    """Which rows are new, which were there before and which contradict one that was."""
    stored = DeliveryRow.objects.filter(
        boost=boost, hour_at__in={row.hour_at for row in rows.values()}
    )
    known = {(row.hour_at, row.revision): row for row in stored}
    judged, met = _Judged(), set[tuple[datetime, int]]()
    for place, row in sorted(rows.items()):
        key = row.hour_at, row.revision
        if key not in known:
            known[key] = _stored(boost, row, message)
            judged.fresh.append(known[key])
        before = known[key]
        if before.content != row.content:
            judged.faults[place] = Fault.CONFLICT
        # A message that was cut off half way is sent again: what it brought is its own.
        elif before.message_id == message.pk and key not in met:
            judged.outcomes[place] = Outcome.ACCEPTED
        else:
            judged.outcomes[place] = Outcome.DUPLICATE
        met.add(key)
    return judged


def _stored(boost: Boost, row: Row, message: DeliveryMessage) -> DeliveryRow:
    return DeliveryRow(
        boost=boost,
        hour_at=row.hour_at,
        revision=row.revision,
        impressions=row.impressions,
        clicks=row.clicks,
        spend_fen=row.spend_fen,
        is_final=row.is_final,
        message=message,
    )


def _book(
    boost: Boost,
    known: dict[datetime, DeliveryHour],
    fresh: Iterable[DeliveryRow],
    message: DeliveryMessage,
) -> None:
    """Let the hours say what is newest, and let money follow."""
    was = {hour_at: hours.stand(hour) for hour_at, hour in known.items()}
    if hours.renew(boost, known, fresh):
        _follow(boost, known, was, message)


def _follow(
    boost: Boost,
    known: dict[datetime, DeliveryHour],
    was: dict[datetime, hours.Stand],
    message: DeliveryMessage | None,
) -> None:
    """Share the hours out, and let money, journal and days follow."""
    # After the lock: what waited for it happened before.
    moment = clock.now()
    hours.share_out(boost, known, was)
    changed = [hour for hour in known.values() if was.get(hour.hour_at) != hours.stand(hour)]
    if not changed:
        return
    captured_fen = sum(hour.captured_fen for hour in known.values())
    refused_fen = sum(hour.refused_fen for hour in known.values())
    rose = refused_fen > boost.refused_fen
    if refused_fen != boost.refused_fen:
        boost.refused_fen = refused_fen
        boost.save(update_fields=["refused_fen"])
    # Accounts are locked before anything is inserted.
    if captured_fen != boost.captured_fen:
        funding.capture_to(boost, captured_fen)
    hours.save(changed)
    HourChange.objects.bulk_create(
        hours.change(hour, was.get(hour.hour_at), message, moment)
        for hour in changed
        if hours.numbers(was.get(hour.hour_at)) != hours.numbers(hours.stand(hour))
    )
    spending.sum_up(boost, list(known.values()))
    if rose:
        refusing.tell(boost)


def _answer(hour: DeliveryHour, outcome: Outcome) -> Answer:
    return Answer(outcome, hour.captured_fen, hour.refused_fen, hour.refusal)
