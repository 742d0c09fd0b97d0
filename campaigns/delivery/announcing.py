"""What an ad server is told of a boost: its whole state, with each move, in the move's transaction.

It is given to the ad server that is active when it is approved, or begins, or to the first one that
is active after that, and stays with it. Who pays, and any name, is not the ad server's business.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from campaigns.boosts import spans
from campaigns.boosts.models import Boost, BoostQuerySet, BoostStatus
from campaigns.delivery.models import AdServer, DeliveryHour, Serving
from portal import apart, clock
from portal.states import moved
from portal.webhooks import outbox

# Moves between these alone concern an ad server; a dict, so that a new state asks for its row.
TYPES: dict[BoostStatus, str] = {
    BoostStatus.DRAFT: "",
    BoostStatus.SUBMITTED: "",
    BoostStatus.RETURNED: "",
    BoostStatus.REJECTED: "",
    # It is scheduled in the same moment, or waits for its money: there is nothing to show yet.
    BoostStatus.APPROVED: "",
    BoostStatus.SCHEDULED: "boost.approved",
    BoostStatus.RUNNING: "boost.changed",
    BoostStatus.PAUSED: "boost.paused",
    BoostStatus.COMPLETED: "boost.completed",
    BoostStatus.STOPPED: "boost.stopped",
}
RESUMED = "boost.resumed"
REFUSED = "delivery.refused"
# With the first of these that finds an ad server active.
GIVEN = frozenset({BoostStatus.SCHEDULED, BoostStatus.RUNNING})
# Whoever has one of these shows it, or will.
SHOWN = frozenset({*GIVEN, BoostStatus.PAUSED})


def listen() -> None:
    """Hear of every move of a boost; called once, when the app is ready."""
    moved.connect(_on_moved, sender=Boost, dispatch_uid="delivery.announcing")


def _on_moved(sender: type[Boost], *, row: Boost, old: str, new: str, **signal: Any) -> None:
    type_ = TYPES[BoostStatus(new)]
    if not type_:
        return
    if new in GIVEN:
        _give(row)
    if old == BoostStatus.PAUSED and new == BoostStatus.RUNNING:
        type_ = RESUMED
    _announce(row, type_, at=row.ended_at or clock.now())


def _give(boost: Boost) -> None:
    """Give a boost to the ad server that is active; without one nobody shows it."""
    for server in AdServer.objects.filter(is_active=True):
        Serving.objects.get_or_create(boost=boost, defaults={"ad_server": server})


def give_waiting() -> int:
    """Give boosts that nobody shows to the ad server that is active, each in a transaction of its
    own, and tell it of them; how many.

    They were approved while none was set up, or none was switched on.
    """
    if not AdServer.objects.filter(is_active=True).exists():
        return 0
    waiting = _waiting().values_list("pk", flat=True)
    failed = "Boosts that could not be given to an ad server"
    return sum(apart.each(waiting, _give_late, called="boost", failed=failed))


def _waiting() -> BoostQuerySet:
    # Two arms, each with an index of its own: one of all three would be used by neither.
    shown = Q(status=BoostStatus.SCHEDULED) | Q(status__in=SHOWN - {BoostStatus.SCHEDULED})
    return Boost.objects.filter(shown, serving=None).order_by("pk")


@transaction.atomic
def _give_late(pk: int) -> bool:
    boost = Boost.locked(pk)
    # It may have been given, or have ended, before it was locked.
    if not _waiting().filter(pk=pk).exists():
        return False
    _give(boost)
    return _announce(boost, TYPES[BoostStatus(boost.status)], at=clock.now())


def refused(boost: Boost) -> None:
    """Tell its ad server how much of what it said of the locked `boost` is not paid, by reason."""
    reasons = DeliveryHour.objects.by_refusal(boost)
    _announce(
        boost, REFUSED, at=clock.now(), refused_fen=boost.refused_fen, refused_by_reason=reasons
    )


def _announce(boost: Boost, type_: str, *, at: datetime, **more: Any) -> bool:
    """Tell the ad server of `boost`, if one has it; whether one has."""
    serving = Serving.objects.filter(boost=boost).select_related("ad_server__endpoint").first()
    if serving is not None:
        outbox.announce(
            serving.ad_server.endpoint,
            type=type_,
            subject=boost.external_id,
            data={**state(boost), **more},
            at=at,
        )
    return serving is not None


def state(boost: Boost) -> dict[str, Any]:
    """All that the ad server may know of a boost, JSON values, instants in UTC."""
    # Some were paused oftener, before that was bounded.
    newest = boost.spans.order_by("-from_at", "-pk").values_list("from_at", "to_at")
    under_way = newest[: spans.MOST_PAUSES + 1][::-1]
    return {
        "boost_id": boost.external_id,
        "state": str(boost.status),
        "note_id": boost.note.external_id,
        "objective": boost.objective,
        "budget_fen": boost.budget_fen,
        "remaining_fen": boost.budget_fen - boost.captured_fen,
        "daily_cap_fen": boost.daily_cap_fen,
        "day_part": boost.day_part,
        "starts_at": _written(boost.starts_at),
        "ends_at": _written(boost.ends_at),
        "spans": [[_written(edge) for edge in span] for span in under_way],
        "end_cause": boost.end_cause or None,
    }


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
