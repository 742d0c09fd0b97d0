"""Why a boost spends nothing: its causes, the first that holds first, each with its number.

Facts are read in seven queries; what follows from them is pure. A cause whose number is not
known is not named.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext as _

from campaigns.boosts import spans
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.delivery import reasons
from campaigns.delivery.models import AdServer, DeliveryHour, Serving, SpendDay, Word
from portal import clock, words
from portal.webhooks import outbox
from portal.webhooks.models import EndpointState

# Servers tell each hour; after two without a word something is wrong.
SILENT_FOR = timedelta(hours=2)


class Cause(models.TextChoices):
    """Why nothing is spent, in the order in which they are looked at: a closed set."""

    NOT_APPROVED = "not_approved"
    WAITS_FOR_MONEY = "waits_for_money"
    NOT_BEGUN = "not_begun"
    PAUSED = "paused"
    NOT_THIS_HOUR = "not_this_hour"
    ENDED = "ended"
    BUDGET_USED_UP = "budget_used_up"
    CAP_REACHED = "cap_reached"
    NOT_CONFIRMED = "not_confirmed"
    NOTHING_TOLD = "nothing_told"
    AUDIENCE_TOO_SMALL = "audience_too_small"
    BY_ITS_WORD = "by_its_word"
    COSTS_NOTHING = "costs_nothing"


@dataclass(frozen=True)
class Facts:
    """What is known of a boost at a moment. None is what is not known."""

    at: datetime
    status: BoostStatus
    due_at: datetime | None = None
    decided_at: datetime | None = None
    starts_at: datetime | None = None
    shown_from_at: datetime | None = None
    under_way_since: datetime | None = None
    paused_at: datetime | None = None
    ended_at: datetime | None = None
    held_fen: int = 0
    captured_fen: int = 0
    cap_fen: int | None = None
    captured_today_fen: int = 0
    waiting_since: datetime | None = None
    attempts: int = 0
    sequence: int = 0
    is_endpoint_on: bool = True
    is_served: bool = True
    servers_on: int = 0
    told_until: datetime | None = None
    heard_at: datetime | None = None
    word: str = ""
    word_reason: str = ""
    word_at: datetime | None = None
    audience: int | None = None
    impressions_today: int = 0


@dataclass(frozen=True)
class Why:
    """One cause, and the sentence with the number that proves it."""

    cause: Cause
    said: str


def of(boost: Boost) -> list[Why]:
    """Why `boost` spends nothing now; empty when nothing speaks against it."""
    return causes(facts_of(boost, at=clock.now()))


def causes(facts: Facts) -> list[Why]:
    """The causes that hold, in their order."""
    told = ((cause, _SAID[cause](facts)) for cause in Cause)
    return [Why(cause, said) for cause, said in told if said]


def facts_of(boost: Boost, *, at: datetime) -> Facts:
    """What is known of `boost` at the moment `at`."""
    serving = Serving.objects.filter(boost=boost).select_related("ad_server__endpoint").first()
    under_way = list(boost.spans.order_by("from_at", "pk").values_list("from_at", "to_at"))
    from_at, to_at = under_way[-1] if under_way else (None, None)
    newest = DeliveryHour.objects.of(boost).values_list("hour_at", flat=True).last()
    day = SpendDay.objects.of_boost(boost).filter(on=clock.day_of(at)).first()
    status = BoostStatus(boost.status)
    confirmed = outbox.confirmed(boost.external_id) if serving else None
    return Facts(
        at=at,
        status=status,
        due_at=boost.due_at,
        starts_at=boost.starts_at,
        shown_from_at=spans.shown_from(boost.day_part, at),
        under_way_since=from_at,
        paused_at=to_at if status == BoostStatus.PAUSED else None,
        ended_at=boost.ended_at,
        held_fen=boost.held_fen,
        captured_fen=boost.captured_fen,
        cap_fen=boost.daily_cap_fen,
        captured_today_fen=day.captured_fen if day else 0,
        impressions_today=day.impressions if day else 0,
        waiting_since=confirmed.waiting_since if confirmed else None,
        attempts=confirmed.attempts if confirmed else 0,
        sequence=confirmed.newest if confirmed else 0,
        is_served=serving is not None,
        servers_on=0 if serving or status != BoostStatus.RUNNING else _servers_on(),
        is_endpoint_on=bool(serving and serving.ad_server.endpoint.status == EndpointState.ON),
        told_until=newest,
        heard_at=serving.ad_server.last_heard_at if serving else None,
        word=serving.word if serving else "",
        word_reason=serving.word_reason if serving else "",
        word_at=serving.word_at if serving else None,
        audience=serving.audience if serving else None,
    )


def _servers_on() -> int:
    return AdServer.objects.filter(is_active=True).count()


def _not_approved(facts: Facts) -> str:
    if facts.status != BoostStatus.SUBMITTED or facts.due_at is None:
        return ""
    return _("It is not approved yet: the answer is promised by %(due)s.") % {
        "due": words.instant(facts.due_at)
    }


def _waits_for_money(facts: Facts) -> str:
    if facts.status != BoostStatus.APPROVED:
        return ""
    return _("It is approved, and waits for the money of its fund: %(held)s are set aside.") % {
        "held": words.yuan(facts.held_fen)
    }


def _not_begun(facts: Facts) -> str:
    if facts.status != BoostStatus.SCHEDULED or facts.starts_at is None:
        return ""
    return _("It begins at %(at)s.") % {"at": words.instant(facts.starts_at)}


def _paused(facts: Facts) -> str:
    if facts.paused_at is None:
        return ""
    return _("It is paused since %(at)s.") % {"at": words.instant(facts.paused_at)}


def _not_this_hour(facts: Facts) -> str:
    if not _is_under_way(facts) or facts.shown_from_at is None or facts.at >= facts.shown_from_at:
        return ""
    return _("It is shown in the evening: from %(at)s on.") % {
        "at": words.instant(facts.shown_from_at)
    }


def _ended(facts: Facts) -> str:
    if facts.ended_at is None:
        return ""
    return _("It ended at %(at)s.") % {"at": words.instant(facts.ended_at)}


def _budget_used_up(facts: Facts) -> str:
    if not _is_under_way(facts) or not 0 < facts.held_fen <= facts.captured_fen:
        return ""
    return _("Its budget is used up: %(spent)s of %(held)s.") % {
        "spent": words.yuan(facts.captured_fen),
        "held": words.yuan(facts.held_fen),
    }


def _cap_reached(facts: Facts) -> str:
    if (
        not _is_under_way(facts)
        or facts.cap_fen is None
        or facts.captured_today_fen < facts.cap_fen
    ):
        return ""
    return _("Today’s cap is reached: %(spent)s of %(cap)s.") % {
        "spent": words.yuan(facts.captured_today_fen),
        "cap": words.yuan(facts.cap_fen),
    }


def _not_confirmed(facts: Facts) -> str:
    """What the ad server has not taken yet: of a boost that rests or has ended, too, which it may
    go on showing until it hears of that."""
    if not (_is_under_way(facts) or facts.paused_at or facts.ended_at):
        return ""
    if not facts.is_served and _is_under_way(facts):
        if facts.servers_on:
            return _("No ad server was told of it yet: it is given to the one that is switched on.")
        return _("No ad server was told of it: 0 are switched on now.")
    if facts.waiting_since is None:
        return ""
    told = {
        "sequence": facts.sequence,
        "since": words.instant(facts.waiting_since),
        "tries": words.count(facts.attempts),
    }
    if not facts.is_endpoint_on:
        said = _("Sending to the ad server is off; message %(sequence)s waits since %(since)s.")
    else:
        said = _(
            "Message %(sequence)s is not confirmed after %(tries)s tries; waiting since %(since)s."
        )
    return said % told


def _nothing_told(facts: Facts) -> str:
    if not _is_under_way(facts) or facts.under_way_since is None or not facts.is_served:
        return ""
    # An hour is told at its end at the latest.
    told_until = facts.told_until + timedelta(hours=1) if facts.told_until else None
    since = max(filter(None, (told_until, facts.under_way_since, facts.shown_from_at)))
    if facts.at - since < SILENT_FOR:
        return ""
    if facts.heard_at is None:
        said = _("The ad server has told nothing of it since %(since)s, and nothing at all.")
    else:
        said = _("The ad server has told nothing of it since %(since)s; last heard %(heard)s.")
    return said % {"since": words.instant(since), "heard": words.instant(facts.heard_at)}


def _audience_too_small(facts: Facts) -> str:
    said = facts.word == Word.LIMITED and facts.word_reason == reasons.Reason.AUDIENCE_TOO_SMALL
    if not _is_under_way(facts) or not said or facts.audience is None:
        return ""
    return _("By the ad server’s word of %(at)s too few people fit: %(audience)s.") % {
        "at": words.instant(facts.word_at),
        "audience": words.count(facts.audience),
    }


def _by_its_word(facts: Facts) -> str:
    """What the ad server says itself: why it shows a boost less, or no more since it goes on; and
    that it shows one that is paused."""
    if not facts.word or facts.word_at is None or _audience_too_small(facts):
        return ""
    word = Word(facts.word)
    is_old = facts.under_way_since is not None and facts.word_at < facts.under_way_since
    if facts.paused_at is not None:
        speaks_against = word == Word.SERVING and facts.word_at > facts.paused_at
    else:
        is_less = word == Word.LIMITED or (word == Word.ENDED and not is_old)
        speaks_against = _is_under_way(facts) and is_less
    if not speaks_against:
        return ""
    if facts.word_reason:
        said = _("The ad server’s word of %(at)s: %(word)s (%(reason)s).")
    else:
        said = _("The ad server’s word of %(at)s: %(word)s.")
    at = words.instant(facts.word_at)
    return said % {"at": at, "word": word.label, "reason": reasons.told(facts.word_reason)}


def _costs_nothing(facts: Facts) -> str:
    spends = facts.captured_today_fen > 0
    if not _is_under_way(facts) or spends or not facts.impressions_today:
        return ""
    return _("It is shown, and costs nothing: %(impressions)s impressions today.") % {
        "impressions": words.count(facts.impressions_today)
    }


def _is_under_way(facts: Facts) -> bool:
    return facts.status == BoostStatus.RUNNING


_SAID: dict[Cause, Callable[[Facts], str]] = {
    Cause.NOT_APPROVED: _not_approved,
    Cause.WAITS_FOR_MONEY: _waits_for_money,
    Cause.NOT_BEGUN: _not_begun,
    Cause.PAUSED: _paused,
    Cause.NOT_THIS_HOUR: _not_this_hour,
    Cause.ENDED: _ended,
    Cause.BUDGET_USED_UP: _budget_used_up,
    Cause.CAP_REACHED: _cap_reached,
    Cause.NOT_CONFIRMED: _not_confirmed,
    Cause.NOTHING_TOLD: _nothing_told,
    Cause.AUDIENCE_TOO_SMALL: _audience_too_small,
    Cause.BY_ITS_WORD: _by_its_word,
    Cause.COSTS_NOTHING: _costs_nothing,
}
