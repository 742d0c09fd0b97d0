"""Which boosts an opening that closed concerns: found once it is in force, and stored as a list."""

from collections import defaultdict
from datetime import datetime
from functools import partial

from django.db import transaction

from campaigns.boosts import endings
from campaigns.boosts.models import Boost, BoostQuerySet
from campaigns.closings.fates import CONCERNED
from campaigns.closings.models import Closing, ClosingBoost, ClosingMerchant
from merchants.catalogue.models import Category
from merchants.listings.leading import Policy, Rules
from merchants.listings.models import Listing, ListingQuerySet
from merchants.openings.models import Opening, OpeningState
from portal import apart, clock


def find_due() -> list[Closing]:
    """Store the list of each closed rule that has come into force; the new ones.

    Each in a transaction of its own, so that one that fails keeps no other from being stored.
    """
    closed = Opening.objects.signed().filter(state=OpeningState.CLOSED, closing=None)
    due = closed.filter(effective_at__lte=clock.now()).select_related("programme", "category")
    failed = "Closings whose boosts could not be listed"
    found = apart.each(
        due.order_by("effective_at", "pk"),
        partial(_store, rules=Rules()),
        called="opening",
        failed=failed,
    )
    return [closing for closing in found if closing]


@transaction.atomic
def _store(rule: Opening, rules: Rules) -> Closing | None:
    """The closing with its list; None when somebody else has stored it."""
    closing, is_new = Closing.objects.get_or_create(opening=rule)
    if not is_new:
        return None
    boosts = concerned(rule, rules, at=closing.found_at)
    ClosingBoost.objects.bulk_create(ClosingBoost(closing=closing, boost=one) for one in boosts)
    merchants = sorted({boost.merchant_id for boost in boosts})
    ClosingMerchant.objects.bulk_create(
        ClosingMerchant(closing=closing, merchant_id=pk) for pk in merchants
    )
    return closing


def concerned(rule: Opening, rules: Rules, *, at: datetime) -> list[Boost]:
    """The boosts whose note led through `rule` and leads nowhere at `at`, by the `rules` of a look.

    A boost goes on while any live listing of its note leads to its product. Where a later rule has
    opened the scope again, or a narrower one decides, nothing is closed.
    """
    going_on = Boost.objects.filter(status__in=CONCERNED).order_by() | ended_since(rule)
    notes = going_on.filter(note__listings__in=_of(rule)).values("note")
    shown = Listing.objects.live().filter(note__in=notes).select_related("product__store")
    of_note: dict[int, list[Listing]] = defaultdict(list)
    for listing in shown:
        of_note[listing.note_id].append(listing)
    policy = Policy(shown, rules)
    hit = [
        note
        for note, its in of_note.items()
        if not any(policy.leads(listing, at=at) for listing in its)
        and any(_decides(policy, rule, listing, at) for listing in its)
    ]
    return list(going_on.filter(note__in=hit).order_by("pk"))


def _decides(policy: Policy, rule: Opening, listing: Listing, at: datetime) -> bool:
    decided = policy.rule_of(listing, rule.programme, at=at)
    return decided is not None and decided.pk == rule.pk


def ended_since(rule: Opening) -> BoostQuerySet:
    """Boosts that somebody or their period ended before it was seen that `rule` had closed: they
    hold what hours after it may still cost."""
    return endings.unsettled().filter(ended_at__gt=rule.effective_at).order_by()


def _of(rule: Opening) -> ListingQuerySet:
    """The live listings in the scope of `rule`."""
    tree = Category.objects.as_tree()
    branch = [pk for pk, category in tree.items() if rule.category in category.lineage()]
    return Listing.objects.live().filter(
        product__category__in=branch,
        placement=rule.placement,
        product__store__kind=rule.store_kind,
    )
