"""Stores: where a merchant's goods are sold, inside the community or on a marketplace."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from merchants.companies.models import Merchant, MerchantStatus
from merchants.marketplaces import pasting
from merchants.marketplaces.kinds import StoreKind
from portal import clock, sought
from portal.accounts.models import Team, User
from portal.choices import Colour, ColouredChoices, StateField
from portal.counting import counted
from portal.proofs import ProvenBy
from portal.review.subjects import Reviewable


class StoreQuerySet(models.QuerySet["Store"]):
    def for_list(self) -> Self:
        """With what a table of stores shows."""
        return self.select_related("merchant").annotate(
            product_count=counted(self.model, "products")
        )

    def visible_to(self, user: User) -> Self:
        """Stores of the merchants `user` may see."""
        return self.filter(merchant__in=Merchant.objects.visible_to(user))

    def found_by(self, text: str) -> Self:
        """Stores whose name or id holds every word of `text`, or whose address is in it."""
        if url := pasting.store_in(text):
            return self.filter(url=url)
        return self.filter(sought.holding(text, "name", "external_id"))

    def in_app_shops(self) -> Self:
        """The in-app shops that readers may buy in."""
        return self.filter(
            kind=StoreKind.IN_APP,
            status=StoreStatus.VERIFIED,
            merchant__status=MerchantStatus.VERIFIED,
        )


class StoreStatus(ColouredChoices):
    VERIFYING = "verifying", Colour.AZURE, _("Being verified")
    VERIFIED = "verified", Colour.GREEN, pgettext_lazy("standing", "Verified")
    REJECTED = "rejected", Colour.RED, _("Rejected")


class Store(Reviewable):
    """A shop of one merchant. `external_id` is the id partners send as `store_id`."""

    TRANSITIONS = {
        StoreStatus.VERIFYING: {StoreStatus.VERIFIED, StoreStatus.REJECTED},
        StoreStatus.REJECTED: {StoreStatus.VERIFYING},
    }
    WAITING = StoreStatus.VERIFYING
    TEAM = "merchant__team"
    # What a merchant cannot begin without is answered within two days.
    ANSWER_WITHIN = timedelta(hours=48)
    DECISIONS = frozenset({StoreStatus.VERIFIED, StoreStatus.REJECTED})

    # That it is the merchant's.
    PROVEN_BY = ProvenBy.NOTHING

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="stores")
    kind = models.CharField(_("kind"), max_length=10, choices=StoreKind)
    name = models.CharField(_("name"), max_length=120)
    external_id = models.CharField(_("store id"), max_length=80)
    url = models.URLField(_("store address"), max_length=500, blank=True)
    status = StateField(StoreStatus, max_length=12, default=StoreStatus.VERIFYING)
    decision_reason = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    submitted_at = models.DateTimeField(default=clock.now, editable=False)

    objects = StoreQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="store_by_moment"),
            models.Index(
                fields=["submitted_at"], condition=Q(status="verifying"), name="store_waiting"
            ),
            sought.index("name", "external_id", name="store_by_words"),
        ]
        constraints = [
            models.UniqueConstraint(
                "kind",
                Lower("external_id"),
                condition=~Q(status="rejected"),
                name="store_registered_once",
                violation_error_message=_("This store is registered already."),
            ),
            # Taobao and Tmall report together, so there an id alone has to name one store.
            models.UniqueConstraint(
                Case(When(kind="taobao", then=Value("tmall")), default="kind"),
                Lower("external_id"),
                condition=Q(status="verified"),
                name="store_verified_once_per_marketplace",
                violation_error_message=_(
                    "This marketplace has another verified store with this id."
                ),
            ),
            models.UniqueConstraint(
                fields=["merchant"],
                condition=Q(kind="in_app"),
                name="store_one_in_app_per_merchant",
                violation_error_message=_(
                    "A merchant has one in-app shop; you have yours already."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kind="in_app") | ~Q(url=""),
                name="store_outside_has_address",
                violation_error_message=_("A store outside the community needs its address."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_external(self) -> bool:
        return self.kind != StoreKind.IN_APP

    def audit_team(self) -> Team:
        return self.merchant.team

    def judged(self) -> dict[str, object]:
        return {
            "merchant": self.merchant.identity(),
            "kind": self.kind,
            "name": self.name,
            "external_id": self.external_id,
            "url": self.url,
            "namesakes": list(map(list, self.namesakes().values_list("merchant__name", "status"))),
        }

    def namesakes(self) -> "StoreQuerySet":
        """Stores of other merchants with the same id in any case, which one has no right to."""
        namesakes = Store.objects.filter(external_id__iexact=self.external_id)
        return namesakes.exclude(merchant=self.merchant).order_by("pk")
