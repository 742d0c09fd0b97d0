"""Openings: the dated, signed rules that say which categories may link outside."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from merchants.models.category import Category
from merchants.models.placement import Placement
from merchants.models.programme import Programme
from merchants.models.store import StoreKind
from portal.accounts.models import User
from portal.states import Stateful


class OpeningState(models.TextChoices):
    """What the rule says once it is in force."""

    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class OpeningStatus(models.TextChoices):
    """Where the rule is on its way to being in force."""

    PROPOSED = "proposed", _("Waiting for a second signature")
    SIGNED = "signed", _("Signed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class OpeningQuerySet(models.QuerySet["Opening"]):
    def signed(self) -> Self:
        return self.filter(status=OpeningStatus.SIGNED)

    def same_scope(self, opening: "Opening") -> Self:
        """Rules of the same programme, category, placement and store kind."""
        return self.filter(
            programme=opening.programme_id,
            category=opening.category_id,
            placement=opening.placement,
            store_kind=opening.store_kind,
        )


class Opening(Stateful):
    """One rule for programme x category x placement x store kind, from `effective_at` on.

    Rules are never edited: a later signed rule of the same scope takes over at its own
    `effective_at`, so what was in force at any past second stays answerable.
    """

    TRANSITIONS = {
        OpeningStatus.PROPOSED: {OpeningStatus.SIGNED, OpeningStatus.WITHDRAWN},
    }

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="openings")
    category = models.ForeignKey(Category, models.PROTECT, related_name="openings")
    placement = models.CharField(_("placement"), max_length=20, choices=Placement)
    store_kind = models.CharField(_("store kind"), max_length=10, choices=StoreKind)
    state = models.CharField(_("rule"), max_length=10, choices=OpeningState)
    effective_at = models.DateTimeField(_("in force from"))
    reason = models.TextField(_("reason"))
    status = models.CharField(max_length=10, choices=OpeningStatus, default=OpeningStatus.PROPOSED)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    approver = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    signed_at = models.DateTimeField(null=True, blank=True)

    objects = OpeningQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approver=None) | ~Q(approver=F("author")),
                name="opening_signed_by_a_second_person",
                violation_error_message=_("Another admin has to sign what you proposed."),
            ),
            models.CheckConstraint(
                condition=~Q(status="signed")
                | (Q(approver__isnull=False) & Q(signed_at__isnull=False)),
                name="opening_signed_has_approver",
            ),
            models.UniqueConstraint(
                fields=["programme", "category", "placement", "store_kind", "effective_at"],
                condition=Q(status="signed"),
                name="opening_one_rule_per_scope_and_instant",
                violation_error_message=_("Another rule of this scope starts at this very moment."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope}: {self.get_state_display()}"

    @property
    def scope(self) -> str:
        """What the rule is about, in words."""
        parts = (
            self.programme,
            self.category,
            self.get_placement_display(),
            self.get_store_kind_display(),
        )
        return " · ".join(map(str, parts))
