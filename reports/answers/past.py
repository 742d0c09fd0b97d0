"""What ended boosts cost and brought, by which the asking form says what one more may bring.

Counted is a boost that is settled, that delivery has cost something, and all of whose days are
published, without news, of all users. It is asked in a bounded number of queries, however many
boosts there are.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.db.models import Sum

from campaigns.boosts.forecast import Brought, Past
from campaigns.boosts.models import Boost
from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant
from portal import clock
from reports.attribution.models import ReportDay, TouchFact

# Older boosts say less; of others, the newest of so many merchants' speak for the category.
LOOKED_BACK = timedelta(days=180)
MOST_OWN = 40
MOST_OTHERS = 200
MOST_OF_ONE = 10
# A boost that cost less says nothing of what money brings.
LEAST_FEN = 2_000


def of(merchant: Merchant) -> Past:
    """The past of a merchant, and of others who sell in his category."""
    ended = Boost.objects.filter(
        settled_at__isnull=False,
        captured_fen__gte=LEAST_FEN,
        starts_on__gte=clock.today() - LOOKED_BACK,
    ).order_by("-pk")
    own = list(ended.filter(merchant=merchant)[:MOST_OWN])
    selling = _same_category(merchant)
    others = list(
        ended.filter(merchant__stores__products__category__in=selling)
        .exclude(merchant=merchant)
        .distinct()[:MOST_OTHERS]
    ) if selling else []  # fmt: skip
    brought = _brought([*own, *others])
    of_others: defaultdict[int, list[Brought]] = defaultdict(list)
    for boost in others:
        if boost.pk in brought and len(of_others[boost.merchant_id]) < MOST_OF_ONE:
            of_others[boost.merchant_id].append(brought[boost.pk])
    return Past(
        [brought[boost.pk] for boost in own if boost.pk in brought],
        [group for group in of_others.values() if group],
    )


def _same_category(merchant: Merchant) -> list[int]:
    """The categories of the branch in which the merchant has most products; none without any."""
    counted = Counter(
        Product.objects.filter(store__merchant=merchant).values_list("category", flat=True)[:1_000]
    )
    tree = Category.objects.as_tree()
    branches = {pk: category.lineage()[-1].pk for pk, category in tree.items()}
    roots: Counter[int] = Counter()
    for category, products in counted.items():
        roots[branches[category]] += products
    if not roots:
        return []
    # Of two that have as many the first by key, whatever the order of rows.
    most = min(roots, key=lambda root: (-roots[root], root))
    return [pk for pk, root in branches.items() if root == most]


def _brought(boosts: Collection[Boost]) -> dict[int, Brought]:
    """What each of `boosts` brought, without those that are not counted in full."""
    if not boosts:
        return {}
    first, last = min(boost.starts_on for boost in boosts), max(map(_last_of, boosts))
    current = {
        (merchant, on): pk
        for pk, merchant, on, samples in ReportDay.objects.current()
        .filter(
            merchant__in={boost.merchant_id for boost in boosts},
            on__range=(first, last),
            stale_at=None,
        )
        .values_list("pk", "merchant", "on", "samples")
        if not samples
    }
    reads: Counter[tuple[int, int]] = Counter()
    facts = TouchFact.objects.filter(
        on__range=(first, last),
        note_id__in={boost.note_id for boost in boosts},
        boost_id__in=[boost.pk for boost in boosts],
        kind="view",
    )
    summed = facts.values_list("boost_id", "report_day_id").annotate(n=Sum("touchpoints"))
    for boost_id, report_day, count in summed.order_by():
        reads[boost_id, report_day] += count
    found = {}
    for boost in boosts:
        days = [current.get((boost.merchant_id, on)) for on in _days_of(boost)]
        if None not in days:
            total = sum(reads[boost.pk, day] for day in days if day is not None)
            found[boost.pk] = Brought(boost.captured_fen, total)
    return found


def _days_of(boost: Boost) -> Iterable[date]:
    many = (_last_of(boost) - boost.starts_on).days + 1
    return (boost.starts_on + timedelta(days=number) for number in range(many))


def _last_of(boost: Boost) -> date:
    """The day in which it ended; one that ended at midnight has nothing of the next."""
    ended_at = boost.ended_at or boost.ends_at
    return min(boost.ends_on, clock.day_of(ended_at - timedelta(microseconds=1)))
