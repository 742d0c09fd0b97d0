"""Which listings lead their readers to what they name, by the policy of a moment.

One of an in-app shop does while its product is available. One that leads outside does while, beside
that, an opening lets it and its merchant is approved; else its link gives the in-app product that
takes over.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property

from merchants.listings.models import Listing, ListingStatus
from merchants.openings import policy
from merchants.openings.deciding import Rule
from merchants.openings.models import ApplicationStatus, OpeningApplication, Programme
from merchants.openings.policy import Asked


class Rules:
    """What is signed, read when the first listing outside asks for it. One look at many listings,
    some at a time, shares one."""

    @cached_property
    def policy(self) -> policy.Policy:
        return policy.Policy.read()


class Policy:
    """What is signed and approved now, read once for a number of listings: up to four queries, one
    where others were asked by the same `rules`, and none where all of them are of in-app shops."""

    def __init__(self, listings: Iterable[Listing], rules: Rules | None = None) -> None:
        outside = [listing for listing in listings if listing.product.store.is_external]
        self._rules = rules or Rules()
        self._approved: dict[int, list[tuple[int, int]]] = defaultdict(list)
        if not outside:
            return
        merchants = {listing.merchant_id for listing in outside}
        approved = OpeningApplication.objects.filter(
            merchant__in=merchants, status=ApplicationStatus.APPROVED
        )
        for merchant, *pair in approved.values_list("merchant_id", "programme_id", "category_id"):
            programme, category = pair
            self._approved[merchant].append((programme, category))

    def leads(self, listing: Listing, *, at: datetime) -> bool:
        """Whether `listing`, one of those that this was read for, leads to its product at `at`."""
        if not listing.product.is_available:
            return False
        if not listing.product.store.is_external:
            return True
        return self._rules.policy.verdict(self._asked(listing), at).leads

    def is_suspended(self, listing: Listing, *, at: datetime) -> bool:
        """Whether `listing` would lead to its product at `at` but for a rule that is suspended, and
        so for a time."""
        if not listing.product.is_available or not listing.product.store.is_external:
            return False
        ways = self._rules.policy.ways(self._asked(listing), at)
        return any(way.is_approved and way.standing.state == "suspended" for way in ways)

    def rule_of(self, listing: Listing, programme: Programme, *, at: datetime) -> Rule | None:
        """The rule under `programme` that decides about `listing` at `at`; None where none does, as
        of an in-app shop."""
        if not listing.product.store.is_external:
            return None
        return self._rules.policy.standing(programme.pk, self._asked(listing), at).rule

    def _asked(self, listing: Listing) -> Asked:
        return asked(listing, self._approved[listing.merchant_id])


def asked(listing: Listing, approvals: Iterable[tuple[int, int]]) -> Asked:
    """What policy has to know of `listing`, its product and store at hand. A rule leaves alone only
    what readers see: a pause ends that, and what is made live again is new."""
    is_seen = listing.status == ListingStatus.LIVE
    return Asked(
        listing.merchant_id,
        listing.product.category_id,
        listing.placement,
        listing.product.store.kind,
        tuple(approvals),
        listing.since_at if is_seen else None,
    )


def leading(listings: Iterable[Listing], *, at: datetime) -> list[Listing]:
    """Those of `listings`, each with its product's store at hand, that lead to their product."""
    listed = list(listings)
    policy = Policy(listed)
    return [listing for listing in listed if policy.leads(listing, at=at)]
