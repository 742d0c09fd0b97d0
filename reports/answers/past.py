"""What ended boosts cost and brought, by which the asking form says what one more may bring.

Counted is a boost that is settled, that delivery has cost something, and of all of whose days the
reads are whole, see `whole_days`. Each form asks for the merchant's newest boosts, so many at most;
what others of his category brought was counted before, see `past_counting`. ADR 0162.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from django.db import models
from django.db.models import Sum

from campaigns.boosts.forecast import Brought, Past
from campaigns.boosts.models import Boost, BoostQuerySet
from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant
from portal import clock
from reports.answers import whole_days
from reports.attribution.models import TouchFact

# Older boosts say less.
LOOKED_BACK = timedelta(days=180)
MOST_OWN = 20
# A boost that cost less says nothing of what money brings.
LEAST_FEN = 2_000
# So many products say in which branch a merchant sells most.
MOST_PRODUCTS = 1_000


class CategoryPast(models.Model):
    """What the newest boosts of those who sell in a branch of categories, named by its root, have
    brought, as it was counted at `at`: by the key of the merchant, pairs of fen and reads."""

    category = models.OneToOneField(Category, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    groups = models.JSONField()

    def __str__(self) -> str:
        return f"{self.category} {self.at}"

    def but(self, merchant: Merchant) -> list[list[Brought]]:
        """Those of all merchants but one, each one's apart."""
        return [
            [Brought(spent_fen, reads) for spent_fen, reads in pairs]
            for key, pairs in sorted(self.groups.items())
            if key != str(merchant.pk)
        ]


def of(merchant: Merchant) -> Past:
    """The past of a merchant, and of others who sell in his category."""
    own = list(ended().filter(merchant=merchant)[:MOST_OWN])
    known = brought(own)
    root = _root_of(merchant)
    others = CategoryPast.objects.filter(category=root).first() if root else None
    return Past(
        [known[boost.pk] for boost in own if boost.pk in known],
        others.but(merchant) if others else [],
    )


def ended() -> BoostQuerySet:
    """Boosts that may say something, the newest first."""
    return Boost.objects.filter(
        settled_at__isnull=False,
        captured_fen__gte=LEAST_FEN,
        starts_on__gte=clock.today() - LOOKED_BACK,
    ).order_by("-pk")


def roots() -> dict[int, int]:
    """The root of the branch that each category is in, by keys."""
    return {pk: one.lineage()[-1].pk for pk, one in Category.objects.as_tree().items()}


def main_root(products: Mapping[int, int], root_of: Mapping[int, int]) -> int | None:
    """The root of the branch in which are most of so many `products` by category; None without."""
    counted: Counter[int] = Counter()
    for category, number in products.items():
        counted[root_of[category]] += number
    # Of two that have as many the first by key, whatever the order of rows.
    return min(counted, key=lambda root: (-counted[root], root), default=None)


def _root_of(merchant: Merchant) -> int | None:
    some = Product.objects.filter(store__merchant=merchant).values_list("category", flat=True)
    return main_root(Counter(some[:MOST_PRODUCTS]), roots())


def brought(boosts: Collection[Boost]) -> dict[int, Brought]:
    """What each of `boosts` brought, by key, without those that are not counted in full."""
    if not boosts:
        return {}
    first, last = min(boost.starts_on for boost in boosts), max(map(last_of, boosts))
    merchants = {boost.merchant_id for boost in boosts}
    current = whole_days.of_reads(merchants, first, last).report_days
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
    many = (last_of(boost) - boost.starts_on).days + 1
    return (boost.starts_on + timedelta(days=number) for number in range(many))


def last_of(boost: Boost) -> date:
    """The day in which it ended; one that ended at midnight has nothing of the next."""
    ended_at = boost.ended_at or boost.ends_at
    return min(boost.ends_on, clock.day_of(ended_at - timedelta(microseconds=1)))
