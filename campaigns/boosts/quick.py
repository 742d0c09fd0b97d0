"""The quick form: a note, an amount, and whole hours that begin with the approval. ADR 0149."""

from datetime import date, datetime, timedelta
from typing import TypedDict

from django.db.models import Sum

from campaigns.boosts.asked import AskingForm, DayPart
from campaigns.boosts.models import Boost, Objective
from campaigns.boosts.plans import Plan
from campaigns.campaigns.models import Campaign
from campaigns.ledger import transfers as ledger
from merchants.notes.models import Note
from portal import words

# What the form offers.
AMOUNTS_FEN = (7_500, 20_000, 50_000)
HOURS = (6, 12, 24, 72, 168)
# As long as the quick boosts of a merchant in a day stay below this, no new login is asked for.
QUICK_BOOST_FEN = 100_000
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Period(TypedDict):
    """Fields of a boost: its first and its last hour, of business days."""

    starts_on: date
    from_hour: int
    ends_on: date
    to_hour: int


def period(at: datetime, hours: int) -> Period:
    """What a boost of so many `hours` lasts that is approved at `at`: the hour of that moment, as
    far as it is left, and so many whole hours."""
    first = words.local(at).replace(minute=0, second=0, microsecond=0)
    last = first + (hours + (at > first)) * HOUR
    is_midnight = last.hour == 0
    return {
        "starts_on": first.date(),
        "from_hour": first.hour,
        "ends_on": last.date() - DAY if is_midnight else last.date(),
        "to_hour": 24 if is_midnight else last.hour,
    }


def plan(
    note: Note,
    *,
    budget_fen: int,
    hours: int,
    at: datetime,
    beside: bool = False,
    campaign: Campaign | None = None,
) -> Plan:
    """What is asked for at `at`; its days are a guess until the boost is approved."""
    lasts = period(at, hours)
    return {
        "note": note,
        "objective": Objective.READS,
        "budget_fen": budget_fen,
        "hours": hours,
        "day_part": DayPart.WHOLE,
        "beside": beside,
        "campaign": campaign,
        "starts_on": lasts["starts_on"],
        "from_hour": lasts["from_hour"],
        "ends_on": lasts["ends_on"],
        "to_hour": lasts["to_hour"],
    }


def begin(boost: Boost, at: datetime) -> None:
    """Date the locked `boost` from its approval at `at`, if it begins with that."""
    if boost.is_dated or boost.hours is None:
        return
    for name, value in period(at, boost.hours).items():
        setattr(boost, name, value)
    boost.is_dated = True
    boost.save(update_fields=[*Period.__annotations__, "is_dated"])
    # The database has made them of the new days.
    boost.refresh_from_db(fields=["starts_at", "ends_at"])


def takes_no_login(boost: Boost, at: datetime) -> bool:
    """Whether `boost` may be submitted at `at` without a login of the last minutes: quick ones are,
    as long as all of its merchant's in a day stay below QUICK_BOOST_FEN.

    The boost is locked by the caller; the wallet is locked then, so that those that are submitted
    at once count each other."""
    if boost.form != AskingForm.QUICK:
        return False
    ledger.lock([ledger.wallet_of(boost.merchant)])
    others = boost.merchant.boosts.exclude(pk=boost.pk).filter(
        form=AskingForm.QUICK, submitted_at__gt=at - DAY
    )
    asked_fen: int = others.aggregate(fen=Sum("budget_fen", default=0))["fen"]
    return asked_fen + boost.budget_fen < QUICK_BOOST_FEN
