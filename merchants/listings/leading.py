"""Which listings lead their readers to what they name, by the policy of a moment.

One of an in-app shop does while its product is available. One that leads outside does while, beside
that, an opening is in force and its merchant is approved; else its link gives the in-app product
that takes over.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property

from merchants.catalogue.models import Category
from merchants.listings.models import Listing
from merchants.openings.models import Opening, OpeningApplication, Programme
from merchants.openings.verbs import narrowest
from merchants.openings.ways import ways_outside

_Scope = tuple[int, str, str]


class Rules:
    """Programmes, categories and what is signed: three queries, when the first listing outside asks
    for them. One look at many listings, some at a time, shares one."""

    @cached_property
    def programmes(self) -> list[Programme]:
        return list(Programme.objects.order_by("pk"))

    @cached_property
    def tree(self) -> dict[int, Category]:
        return Category.objects.as_tree()

    @cached_property
    def of_scope(self) -> dict[_Scope, list[Opening]]:
        found: dict[_Scope, list[Opening]] = defaultdict(list)
        for rule in Opening.objects.signed():
            found[rule.programme_id, rule.placement, rule.store_kind].append(rule)
        return found


class Policy:
    """What is signed and approved now, read once for a number of listings: up to four queries, one
    where others were asked by the same `rules`, and none where all of them are of in-app shops."""

    def __init__(self, listings: Iterable[Listing], rules: Rules | None = None) -> None:
        outside = [listing for listing in listings if listing.product.store.is_external]
        self._rules = rules or Rules()
        self._asked: dict[tuple[int, int], list[OpeningApplication]] = defaultdict(list)
        if not outside:
            return
        merchants = {listing.merchant_id for listing in outside}
        for asked in OpeningApplication.objects.filter(merchant__in=merchants):
            self._asked[asked.merchant_id, asked.programme_id].append(asked)

    def leads(self, listing: Listing, *, at: datetime) -> bool:
        """Whether `listing`, one of those that this was read for, leads to its product at `at`."""
        if not listing.product.is_available:
            return False
        if not listing.product.store.is_external:
            return True
        ways = ways_outside(
            self._rules.programmes,
            self._rules.tree[listing.product.category_id],
            listing.product.store.kind,
            rule_of=lambda programme: self.rule_of(listing, programme, at=at),
            applications_of=lambda programme: self._asked[listing.merchant_id, programme.pk],
            at=at,
        )
        return any(way.leads_outside for way in ways)

    def rule_of(self, listing: Listing, programme: Programme, *, at: datetime) -> Opening | None:
        """The rule under `programme` that decides about `listing` at `at`; None where none does, as
        of an in-app shop."""
        if not listing.product.store.is_external:
            return None
        scope = (programme.pk, listing.placement, listing.product.store.kind)
        lineage = self._rules.tree[listing.product.category_id].lineage()
        return narrowest(self._rules.of_scope[scope], programme, lineage, at=at)


def leading(listings: Iterable[Listing], *, at: datetime) -> list[Listing]:
    """Those of `listings`, each with its product's store at hand, that lead to their product."""
    asked = list(listings)
    policy = Policy(asked)
    return [listing for listing in asked if policy.leads(listing, at=at)]
