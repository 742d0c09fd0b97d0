"""Refund periods: how long the orders of a category may be sent back, as set at some moment.

Until it is over the net numbers of a day may still change, so that no day is final before. What was
set later says nothing of an earlier moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant
from portal import clock
from portal.accounts.models import AuditEntry, User
from portal.typed import number_of

# In days, of a category of which nothing was set, nor of one that it lies in.
REFUND_DAYS = 15
MOST_REFUND_DAYS = 180


class RefundPeriodQuerySet(models.QuerySet["RefundPeriod"]):
    def newest_first(self) -> Self:
        return self.order_by("-valid_from", "-pk")

    def ruling(self, as_of: datetime) -> dict[int, int]:
        """Days by category, as they were set at a moment; in one query."""
        rows = self.filter(valid_from__lte=as_of).order_by("valid_from", "pk")
        return dict(rows.values_list("category_id", "days"))


class RefundPeriod(models.Model):
    """From `valid_from` on, until another row of the category, its orders may be sent back for
    `days` days; so may those of what lies in it and has no row of its own."""

    category = models.ForeignKey(Category, models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField(_("days"))
    valid_from = models.DateTimeField()
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.TextField()

    objects = RefundPeriodQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["category", "-valid_from", "-id"], name="refund_period_newest")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(days__lte=MOST_REFUND_DAYS), name="refund_period_is_bounded"
            )
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.days}"


@dataclass(frozen=True)
class Ruled:
    """A category and how long its orders may be sent back now. `own` is what is set of itself."""

    category: Category
    days: int
    own: RefundPeriod | None

    @property
    def name(self) -> str:
        """With what it lies in, in the language of the reader."""
        return " / ".join(str(one) for one in reversed(self.category.lineage()))


def ruled() -> list[Ruled]:
    """All categories, as it is now; in two queries."""
    tree = Category.objects.as_tree()
    rows = RefundPeriod.objects.filter(valid_from__lte=clock.now()).select_related("set_by")
    own = {one.category_id: one for one in rows.order_by("valid_from", "pk")}
    days = {pk: one.days for pk, one in own.items()}
    found = [Ruled(one, days_of(one, days), own.get(one.pk)) for one in tree.values()]
    return sorted(found, key=lambda one: [above.code for above in reversed(one.category.lineage())])


def days_of(category: Category, ruling: Mapping[int, int]) -> int:
    """How long its orders may be sent back: the narrowest category of which something is set says
    so. What `category` lies in is at hand."""
    return _days(_ruling(category, ruling), ruling)


def _ruling(category: Category, ruling: Mapping[int, int]) -> Category | None:
    """The narrowest category of which something is set; None where nothing is."""
    return next((one for one in category.lineage() if one.pk in ruling), None)


def _days(rule: Category | None, ruling: Mapping[int, int]) -> int:
    return ruling[rule.pk] if rule else REFUND_DAYS


@dataclass(frozen=True)
class Longest:
    """For how many days orders may be sent back, and of which categories that is set; of none
    while it is of none that is sold."""

    days: int = REFUND_DAYS
    categories: tuple[Category, ...] = ()


def longest(merchant: Merchant, *, as_of: datetime | None = None) -> Longest:
    """How long orders of any category that the merchant's stores sell, or sold by a moment, can be
    sent back, as it is set, or was then. One query while nothing is set.
    """
    ruling = RefundPeriod.objects.ruling(as_of or clock.now())
    if not ruling:
        return Longest()
    tree = Category.objects.as_tree()
    rules = {_ruling(tree[pk], ruling) for pk in _sold(merchant, tree, as_of)}
    days = max((_days(rule, ruling) for rule in rules), default=REFUND_DAYS)
    longest = [rule for rule in rules if rule and ruling[rule.pk] == days]
    return Longest(days, tuple(sorted(longest, key=lambda category: category.code)))


def _sold(merchant: Merchant, tree: Mapping[int, Category], as_of: datetime | None) -> set[int]:
    """The categories of all his products as they are, or were at a moment."""
    products = Product.objects.filter(store__merchant=merchant)
    if as_of is None:
        return set(products.values_list("category_id", flat=True).distinct())
    products = products.filter(created_at__lte=as_of)
    moved = _moved_since(merchant, as_of)
    found = set(products.exclude(pk__in=moved).values_list("category_id", flat=True).distinct())
    if moved:
        by_code = {category.code: pk for pk, category in tree.items()}
        there = products.filter(pk__in=moved).values_list("pk", flat=True)
        found |= {by_code[moved[pk]] for pk in there}
    return found


def _moved_since(merchant: Merchant, as_of: datetime) -> dict[int, str]:
    """Products that another category was given later, each with the code of its category then."""
    edits = AuditEntry.objects.filter(team=merchant.team_id, verb="product.edited", at__gt=as_of)
    found: dict[int, str] = {}
    for subject, old, new in edits.order_by("pk").values_list("subject", "old", "new"):
        pk, code = number_of(subject.partition(":")[2]), old.get("category")
        if pk and code and code != new.get("category"):
            found.setdefault(pk, code)
    return found
