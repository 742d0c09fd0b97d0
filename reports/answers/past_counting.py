"""Counting what boosts brought by category, once an hour: a form reads one row of it. ADR 0162."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from django.db.models import Count

from campaigns.boosts.models import Boost
from merchants.catalogue.models import Product
from portal import clock
from reports.answers.past import CategoryPast, brought, ended, main_root, roots

# The newest of so many merchants' boosts speak for a category; of one merchant so many.
MOST_OF_A_CATEGORY = 200
MOST_OF_ONE = 10
# So many of all are looked at, the newest first, in so large parts.
MOST_LOOKED_AT = 20_000
PART = 500


def compute(beat: Callable[[], None] = lambda: None) -> None:
    """Count anew what boosts of each branch of categories brought; `beat` is called on the way."""
    moment = clock.now()
    root_of = roots()
    chosen = _chosen(root_of)
    for root in sorted(set(root_of.values())):
        groups = _groups(chosen[root])
        CategoryPast.objects.update_or_create(
            category_id=root, defaults={"at": moment, "groups": groups}
        )
        beat()


def _chosen(root_of: dict[int, int]) -> defaultdict[int, list[Boost]]:
    """The newest boosts of each branch, by its root, of those that sell most in it."""
    chosen: defaultdict[int, list[Boost]] = defaultdict(list)
    of_one: Counter[int] = Counter()
    known: dict[int, int | None] = {}
    for part in _parts():
        known |= _mains({boost.merchant_id for boost in part} - known.keys(), root_of)
        for boost in part:
            root = known[boost.merchant_id]
            if root is None or len(chosen[root]) >= MOST_OF_A_CATEGORY:
                continue
            if of_one[boost.merchant_id] < MOST_OF_ONE:
                of_one[boost.merchant_id] += 1
                chosen[root].append(boost)
    return chosen


def _parts() -> Iterator[Sequence[Boost]]:
    newest = ended()[:MOST_LOOKED_AT].iterator(chunk_size=PART)
    while part := list(islice(newest, PART)):
        yield part


def _mains(merchants: set[int], root_of: dict[int, int]) -> dict[int, int | None]:
    """The root of the branch in which each of the merchants has most products, by key."""
    sold: dict[int, dict[int, int]] = {merchant: {} for merchant in merchants}
    rows = Product.objects.filter(store__merchant__in=merchants).order_by()
    counted = rows.values_list("store__merchant", "category").annotate(n=Count("pk"))
    for merchant, category, number in counted:
        sold[merchant][category] = number
    return {merchant: main_root(products, root_of) for merchant, products in sold.items()}


def _groups(boosts: Sequence[Boost]) -> dict[str, list[tuple[int, int]]]:
    """What they brought, by the key of their merchant."""
    known = brought(boosts)
    groups: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for boost in boosts:
        if boost.pk in known:
            one = known[boost.pk]
            groups[str(boost.merchant_id)].append((one.spent_fen, one.reads))
    return dict(groups)
