"""Data that are not to be relied on: what a source sent of a category for some days is suspended.

Nothing is deleted: reports leave the days empty while it holds, and show them once it is lifted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from merchants.stores.models import Store, StoreStatus
from portal import clock, words
from portal.accounts.models import Team, User
from portal.choices import Colour, ColouredChoices
from reports.sources.models import Source


def _number(column: str) -> Func:
    """A key as a range of one, which is compared by the same index as days; 0 for none."""
    key = Coalesce(F(column), Value(0))
    return Func(key, key, function="int8range", template="%(function)s(%(expressions)s, '[]')")


class SuspensionState(ColouredChoices):
    COMING = "coming", Colour.YELLOW, pgettext_lazy("suspension", "Begins later")
    RUNNING = "running", Colour.RED, pgettext_lazy("suspension", "Running")
    ENDED = "ended", Colour.AZURE, pgettext_lazy("suspension", "Ended, its days stay withheld")
    LIFTED = "lifted", Colour.GREY, pgettext_lazy("suspension", "Lifted")


class DataSuspensionQuerySet(models.QuerySet["DataSuspension"]):
    def visible_to(self, user: User) -> Self:
        """All for people of the platform, else those that concern a merchant of `user`."""
        if user.platform_role:
            return self
        stores = SuspendedStore.objects.filter(
            store__status=StoreStatus.VERIFIED,
            store__merchant__in=Merchant.objects.visible_to(user),
        )
        return self.filter(pk__in=stores.values("suspension"))

    def holding(self) -> Self:
        """Those that nobody has lifted: they withhold their days, also when they have ended."""
        return self.filter(lifted_at=None)

    def overlapping(
        self, source: Source, category: Category | None, first_on: date, last_on: date | None
    ) -> Self:
        """Those that hold for some of the same days, and for some of the same products."""
        found = self.holding().filter(source=source).exclude(last_on__lt=first_on)
        if last_on is not None:
            found = found.filter(first_on__lte=last_on)
        if category is None:
            return found
        kin = {*(above.pk for above in category.lineage()), *subtree(category)}
        return found.filter(Q(category=None) | Q(category__in=kin))

    def for_list(self) -> Self:
        """With what a list shows, the newest first."""
        rows = self.select_related("source__merchant__team", "category__parent", "suspended_by")
        return rows.order_by("-suspended_at", "-pk")


class DataSuspension(models.Model):
    """The rows that `source` sends about products of `category` (None: all), for the business days
    from `first_on` to `last_on` (both included; None while it has no end).

    `last_on` is the end as it is now; `DataSuspensionEnd` has every one that there was.
    """

    source = models.ForeignKey(Source, models.PROTECT, related_name="suspensions")
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True)
    first_on = models.DateField()
    last_on = models.DateField(null=True, blank=True)
    reason = models.TextField()
    suspended_at = models.DateTimeField()
    suspended_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    lift_reason = models.TextField(blank=True)

    objects = DataSuspensionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on=None) | Q(last_on__gte=F("first_on")),
                name="data_suspension_ends_after_it_begins",
                violation_error_message=_("The last day is on or after the first."),
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, lift_reason="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lift_reason="")),
                name="data_suspension_lifted_by_somebody_for_a_reason",
            ),
            ExclusionConstraint(
                name="data_suspensions_do_not_overlap",
                expressions=[
                    (_number("source"), RangeOperators.OVERLAPS),
                    (_number("category"), RangeOperators.OVERLAPS),
                    (
                        Func(F("first_on"), F("last_on"), Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(lifted_at=None),
                violation_error_message=_("These days are suspended already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} · {self.about} · {self.period}"

    def get_absolute_url(self) -> str:
        return reverse("reports:suspension-detail", args=[self.pk])

    def has(self, on: date) -> bool:
        """Whether a day of its data is among its days."""
        return self.first_on <= on and (self.last_on is None or on <= self.last_on)

    def audit_team(self) -> Team | None:
        """The team whose log has it: of a merchant's own source, else none."""
        return self.source.merchant.team if self.source.merchant else None

    @property
    def about(self) -> str:
        """The products that it is about, in the language of the reader."""
        return str(self.category) if self.category else pgettext("suspension", "All categories")

    @property
    def period(self) -> str:
        """Its days for people."""
        return period(self.first_on, self.last_on)

    @property
    def state(self) -> SuspensionState:
        today = clock.today()
        if self.lifted_at is not None:
            return SuspensionState.LIFTED
        if self.last_on is not None and self.last_on < today:
            return SuspensionState.ENDED
        return SuspensionState.COMING if self.first_on > today else SuspensionState.RUNNING

    def teams(self) -> models.QuerySet[Team]:
        """The teams of the merchants that it concerns: they have a verified store that the source
        reports, and a product of the category in it."""
        stores = self.stores.filter(store__status=StoreStatus.VERIFIED)
        return Team.objects.filter(merchant__stores__in=stores.values("store")).distinct()


class DataSuspensionEnd(models.Model):
    """An end that a suspension had from `set_at` on, until another one was set."""

    suspension = models.ForeignKey(DataSuspension, models.CASCADE, related_name="ends")
    last_on = models.DateField(null=True)
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.suspension_id}: {self.last_on}"


class SuspendedStore(models.Model):
    """A store that a suspension concerns, known since `since`: what was told before stays so.

    A store stays concerned although its products go: orders of them were in the days.
    """

    suspension = models.ForeignKey(DataSuspension, models.CASCADE, related_name="stores")
    store = models.ForeignKey(Store, models.PROTECT, related_name="suspensions")
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["suspension", "store"], name="suspended_store_once_per_suspension"
            )
        ]

    def __str__(self) -> str:
        return f"{self.suspension_id}: {self.store_id}"


class SuspensionTold(models.Model):
    """That a merchant was told that a suspension concerns him: once for each."""

    suspension = models.ForeignKey(DataSuspension, models.CASCADE, related_name="+")
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["suspension", "merchant"], name="told_of_a_suspension_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.suspension_id}: {self.merchant_id}"


@dataclass(frozen=True)
class Held:
    """A suspension as it was known at a moment, and which of a merchant's stores it concerns."""

    suspension: DataSuspension
    first_on: date
    last_on: date | None
    stores: frozenset[int]


def held(stores: Iterable[int], *, as_of: datetime) -> list[Held]:
    """The suspensions that withheld data of `stores` at a moment, the earliest days first; in one
    query."""
    ends = DataSuspensionEnd.objects.filter(suspension=OuterRef("suspension"), set_at__lte=as_of)
    rows = (
        SuspendedStore.objects.filter(
            Q(suspension__lifted_at=None) | Q(suspension__lifted_at__gt=as_of),
            store__in=list(stores),
            since__lte=as_of,
        )
        .select_related("suspension__source", "suspension__category")
        .annotate(end_on=Subquery(ends.order_by("-set_at", "-pk").values("last_on")[:1]))
        .order_by("suspension__first_on", "suspension")
    )
    found: dict[int, Held] = {}
    for row in rows:
        known, one = row.suspension, found.get(row.suspension_id)
        concerned = (one.stores if one else frozenset()) | {row.store_id}
        found[known.pk] = Held(known, known.first_on, row.end_on, frozenset(concerned))
    return list(found.values())


def period(first_on: date, last_on: date | None) -> str:
    """Days for people, which may have no end."""
    if last_on is None:
        return gettext("from %(day)s on") % {"day": words.day(first_on)}
    return words.day(first_on) if first_on == last_on else words.period(first_on, last_on)


def subtree(category: Category) -> set[int]:
    """The keys of a category and of all that lies in it."""
    tree = Category.objects.as_tree()
    return {pk for pk, one in tree.items() if category.pk in {each.pk for each in one.lineage()}}
