"""What a boost is judged by: all that a colleague needs to decide from its page alone. ADR 0168.

The effect on funds, what boosts brought before and how the merchant stands are of the moment: they
are background, and no part of the version that is decided about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Q, Subquery, Value, When
from django.utils.translation import gettext as _

from campaigns.boosts import decisions, forecast, lines, results
from campaigns.boosts.lines import FundingLine
from campaigns.boosts.models import ENDED, Boost
from campaigns.boosts.money import money_of
from campaigns.boosts.results import Result
from campaigns.boosts.reviews import BoostReview, ReviewDecision
from campaigns.funds.models import Fund, FundWay
from campaigns.reconciling import places
from merchants.companies.models import Merchant
from merchants.listings import publishing
from merchants.listings.check import Check
from merchants.listings.models import Listing
from portal import clock
from portal.accounts import audit
from portal.accounts.models import AuditEntry

# Of what there may be many of, so many are shown: the newest.
MOST_LISTINGS = 5
# What its rules look at.
_SHOWN = ("product__store", "product__category__parent", "fallback__store", "merchant", "note")
MOST_PAST = 6
MOST_DECISIONS = 5


@dataclass(frozen=True)
class Sold:
    """A live listing under the note, and the rules that it does not meet now, of so many. That its
    product can be bought is one of them."""

    listing: Listing
    failed: Sequence[Check]
    rules: int


@dataclass(frozen=True)
class Effect:
    """What an approval takes from a fund (fen): now, or by the round that divides it; nothing where
    the terms of now refuse it, by the sentence `refusal`."""

    fund: Fund
    asked_fen: int
    before_fen: int
    is_in_rounds: bool
    refusal: str = ""

    @property
    def after_fen(self) -> int:
        return self.before_fen - self.asked_fen

    @property
    def lacks_fen(self) -> int:
        return max(-self.after_fen, 0)


@dataclass(frozen=True)
class Before:
    """A boost that is over: what it cost, and what it brought; None: not measured."""

    boost: Boost
    is_of_the_note: bool
    result: Result | None


@dataclass(frozen=True)
class Glance:
    """How a merchant stands: since when it is verified, its boosts, how they were decided, and how
    many places of its books do not agree."""

    verified_at: datetime | None
    boosts: int
    approved: int
    returned: int
    rejected: int
    discrepancies: int


def of(boost: Boost) -> dict[str, Any]:
    """What the page shows, in a bounded number of queries."""
    asked = list(lines.of(boost))
    known = forecast.of(boost.merchant)
    sold = boost.live_listings().select_related(*_SHOWN)[: MOST_LISTINGS + 1]
    listings = [_sold(listing) for listing in sold]
    return {
        "boost": boost,
        "lines": asked,
        "listings": listings[:MOST_LISTINGS],
        "has_more_listings": len(listings) > MOST_LISTINGS,
        "effects": _effects(boost, asked),
        "before": _before(boost),
        "forecast": known,
        "expected": known.reads(boost.budget_fen) if known else None,
        "note_reviews": _of_the_note(boost),
        "money": money_of(boost.merchant),
        "glance": _glance(boost.merchant),
    }


def _sold(listing: Listing) -> Sold:
    checks = [*publishing.checks(listing, at=clock.now()), _on_sale(listing)]
    return Sold(listing, [check for check in checks if not check.passed], len(checks))


def _on_sale(listing: Listing) -> Check:
    """What approving asks beside the rules of listings: see `decisions`."""
    can_be_bought = listing.product.is_available
    advice = "" if can_be_bought else _("Its store has said that it is not available now.")
    return Check("on_sale", _("The product can be bought"), can_be_bought, advice)


def _effects(boost: Boost, asked: Sequence[FundingLine]) -> list[Effect]:
    """None of one that is decided: what was granted is in its ledger."""
    if boost.status != boost.WAITING:
        return []
    granted = [(line.fund, line.amount_fen) for line in asked if line.fund]
    refusal = decisions.fund_objection(boost) if granted else ""
    return [
        Effect(fund, fen, fund.account.balance_fen, fund.grants_by == FundWay.ROUNDS, refusal)
        for fund, fen in granted
    ]


def _before(boost: Boost) -> list[Before]:
    """The merchant's boosts that are over and cost something, those of this note first."""
    of_it = Case(When(note=boost.note_id, then=Value(0)), default=Value(1))
    over = boost.merchant.boosts.filter(status__in=ENDED, captured_fen__gt=0)
    ended = list(over.select_related("note").defer("note__text").order_by(of_it, "-pk")[:MOST_PAST])
    brought = results.of(ended)
    return [Before(one, one.note_id == boost.note_id, brought.get(one.pk)) for one in ended]


def _of_the_note(boost: Boost) -> list[BoostReview]:
    """What was decided about other boosts of the same note, the newest first."""
    others = BoostReview.objects.filter(boost__note=boost.note_id).exclude(boost=boost.pk)
    told = others.select_related("boost__note", "reviewer").defer("boost__note__text")
    return list(told.order_by("-pk")[:MOST_DECISIONS])


def _glance(merchant: Merchant) -> Glance:
    verified = AuditEntry.objects.filter(
        subject=audit.name_of(merchant), verb="merchant.verified"
    ).order_by("-pk")
    counted = Merchant.objects.filter(pk=merchant.pk).annotate(
        verified_at=Subquery(verified.values("at")[:1]),
        boost_count=Count("boosts", distinct=True),
        **{
            decision.value: Count("boosts__reviews", filter=Q(boosts__reviews__decision=decision))
            for decision in ReviewDecision
        },
    )
    verified_at, boosts, *decided = counted.values_list(
        "verified_at", "boost_count", *ReviewDecision.values
    ).get()
    by_decision = dict(zip(ReviewDecision, decided, strict=True))
    return Glance(
        verified_at=verified_at,
        boosts=boosts,
        approved=by_decision[ReviewDecision.APPROVED],
        returned=by_decision[ReviewDecision.RETURNED],
        rejected=by_decision[ReviewDecision.REJECTED],
        discrepancies=places.count(merchant),
    )
