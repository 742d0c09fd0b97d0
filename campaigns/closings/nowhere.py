"""Boosts whose note leads nowhere any more, whatever took it off: its last listing, the programme's
last day, a product that is of another category now.

A closed rule has its list and its second (`finding`). All else is found by looking at what is
there, so that a new way to lead nowhere is seen, too. ADR 0161.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q

from campaigns.boosts import endings, schedule
from campaigns.boosts.models import Boost, BoostStatus, EndCause
from campaigns.closings.fates import FATES, give_back
from campaigns.closings.models import ClosingBoost, Fate, Lost, LostBoost
from merchants.listings.leading import Policy, Rules
from merchants.listings.models import Listing, ListingStatus
from merchants.openings.models import Programme
from portal import apart, clock
from portal.accounts import audit

# A paused listing is to come back, and its merchant knows of it.
_THERE = (ListingStatus.LIVE, ListingStatus.PAUSED)
# Who links a note anew within minutes keeps its boost: the second of two looks in a row takes it
# off. Less than what is between two of them, so that the second counts wherever the clock stands.
SPARED = timedelta(minutes=4)
# So many boosts are looked at with one set of queries.
AT_ONCE = 500


def look() -> int:
    """Take off what leads nowhere for the second time, each boost in a transaction of its own; how
    many there were.

    What is on the list of a closing is left to that.
    """
    moment, rules = clock.now(), Rules()
    again = _seen_again(set(lost(at=moment, rules=rules)), at=moment)
    failed = "Boosts that lead nowhere and could not be ended"
    take_off = partial(_take_off, rules=rules)
    return sum(apart.each(again, take_off, called="boost", failed=failed))


def _seen_again(found: set[int], *, at: datetime) -> list[int]:
    """Those of `found` that a look before this one found, too; all are noted for the next, and what
    leads somewhere again is forgotten."""
    known = dict(LostBoost.objects.values_list("boost", "since"))
    LostBoost.objects.filter(boost__in=known.keys() - found).delete()
    fresh = sorted(found - known.keys())
    LostBoost.objects.bulk_create(
        (LostBoost(boost_id=pk, since=at) for pk in fresh), ignore_conflicts=True
    )
    return sorted(pk for pk in found & known.keys() if known[pk] <= at - SPARED)


def lost(*, at: datetime, rules: Rules | None = None) -> list[int]:
    """The keys of boosts that hold money, or ask for it, and lead nowhere at `at`, by `rules` where
    these were read already."""
    rules = rules or Rules()
    # An arm for each index: one of all would be used by none.
    going_on = (
        Q(status=BoostStatus.SUBMITTED)
        | Q(status=BoostStatus.APPROVED)
        | Q(status=BoostStatus.SCHEDULED)
        | Q(status__in=(BoostStatus.RUNNING, BoostStatus.PAUSED))
    )
    listed = ClosingBoost.objects.open().order_by().values("boost")
    boosts = Boost.objects.filter(going_on).exclude(pk__in=listed).order_by("pk")
    rows, found = list(boosts.values_list("pk", "note_id")), list[int]()
    for begin in range(0, len(rows), AT_ONCE):
        some = rows[begin : begin + AT_ONCE]
        going = _going_on({note for _boost, note in some}, rules, at=at)
        found += [boost for boost, note in some if note not in going]
    return found


def _going_on(notes: Iterable[int], rules: Rules, *, at: datetime) -> set[int]:
    """Those of `notes` that have a listing which leads to its product, or will again once what is
    suspended goes on."""
    listings = _listings(notes)
    policy = Policy(listings, rules)
    return {
        one.note_id
        for one in listings
        if policy.leads(one, at=at) or policy.is_suspended(one, at=at)
    }


def _listings(notes: Iterable[int]) -> Sequence[Listing]:
    there = Listing.objects.filter(note__in=list(notes), status__in=_THERE)
    return list(there.select_related("product__store"))


@transaction.atomic
def _take_off(pk: int, rules: Rules) -> bool:
    """End the boost, or return it to its merchant; whether it still had to be, by the `rules` of
    the look: its listings and applications are read again."""
    boost = Boost.locked(pk)
    moment = clock.now()
    schedule.start_if_due(boost)
    fate = FATES[BoostStatus(boost.status)]
    # What has come to its end is completed by the clock.
    is_over = fate == Fate.OVER or (fate == Fate.ENDED and boost.ends_at <= moment)
    if is_over or _going_on([boost.note_id], rules, at=moment):
        return False
    why = _why(boost, moment)
    if fate == Fate.RETURNED:
        give_back(boost)
    else:
        endings.end(boost, cause=EndCause.NOWHERE, at=moment, by=None)
    audit.record("boost.taken_off", boost, by=None, team=boost.audit_team(), new=why)
    return True


def _why(boost: Boost, at: datetime) -> dict[str, str]:
    """What took it off, as far as that can be told: facts, so that each reads them in his own
    language."""
    there = _listings([boost.note_id])
    if not there:
        return {"lost": Lost.UNLISTED}
    kinds = {one.product.store.kind for one in there if one.product.is_available}
    if not kinds:
        return {"lost": Lost.UNAVAILABLE}
    # One that was over when the boost was asked for is not why.
    since = clock.day_of(boost.submitted_at or boost.created_at)
    over = Programme.objects.filter(ends_on__gte=since, ends_on__lt=clock.day_of(at))
    for programme in over.order_by("-ends_on", "-pk"):
        if kinds & programme.store_kinds and programme.ends_on:
            ended_on = programme.ends_on.isoformat()
            return {
                "lost": Lost.PROGRAMME,
                "programme": programme.code,
                "programme_ends_on": ended_on,
            }
    return {"lost": Lost.CLOSED}
