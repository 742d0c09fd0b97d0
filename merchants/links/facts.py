"""What a link's way depends on, listing by listing: a row that needs no other row to be read."""

from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat

from merchants.catalogue.models import Product
from merchants.companies.models import MerchantStatus
from merchants.listings.models import Listing, ListingQuerySet, ListingStatus
from merchants.marketplaces.kinds import StoreKind
from merchants.openings.models import ApplicationStatus, OpeningApplication
from merchants.stores.models import Store, StoreStatus


class Facts(NamedTuple):
    """Facts of one listing. All of it can be written as JSON.

    `is_ready` says whether merchant, store, product and listing are such that the listing may lead
    outside if policy lets it; `approvals` are the merchant's approved applications, each as
    `<programme> <category>`; `in_app_id` and `shop_id` are what readers can buy here, now.
    `since_us` is when its owner made it live or edited it for the last time, in microseconds since
    1970. Whatever of this changes, the log names the listing, one of its products or the merchant.
    """

    code: str
    listing_id: int
    note: str
    placement: str
    store_kind: str
    category_id: int
    is_ready: bool
    outside_url: str
    approvals: list[str]
    in_app_id: int | None
    shop_id: int | None
    title: str
    merchant_id: int
    since_us: int | None
    product_id: int
    fallback_id: int | None


# The page of a listing says the first lines of its checklist of one row that it has; this says them
# of a million at once, so it is said in SQL. What policy means has one home, `openings/policy.py`.
_READY = Q(
    status=ListingStatus.LIVE,
    product__is_available=True,
    product__store__status=StoreStatus.VERIFIED,
    merchant__status=MerchantStatus.VERIFIED,
)
_APPROVED = OpeningApplication.objects.filter(
    merchant=OuterRef("merchant"), status=ApplicationStatus.APPROVED
).values(
    pair=Concat(Cast("programme_id", CharField()), Value(" "), Cast("category_id", CharField()))
)
_SINCE_US = Func(
    F("since_at"),
    template="(extract(epoch FROM %(expressions)s) * 1000000)::bigint",
    output_field=BigIntegerField(),
)
_SOLD_IN_APP = Product.objects.sold_in_app().filter(pk=OuterRef("in_app_candidate"))
_SHOP = Store.objects.in_app_shops().filter(merchant=OuterRef("merchant"))


def of(listings: ListingQuerySet, *, most: int) -> list[Facts]:
    """The facts of the first `most` of the listings: one query."""
    return [Facts(*row) for row in rows_of(listings)[:most]]


def rows_of(listings: ListingQuerySet) -> QuerySet[Listing, tuple[Any, ...]]:
    """The listings as rows of facts."""
    is_in_app = When(product__store__kind=StoreKind.IN_APP, then=F("product_id"))
    return listings.annotate(
        in_app_candidate=Case(is_in_app, default=F("fallback_id")),
        is_ready=ExpressionWrapper(_READY, BooleanField()),
        approvals=ArraySubquery(_APPROVED),
        in_app_id=Subquery(_SOLD_IN_APP.values("pk")[:1]),
        shop_id=Subquery(_SHOP.values("pk")[:1]),
        since_us=_SINCE_US,
    ).values_list(
        "code", "pk", "note__external_id", "placement", "product__store__kind",
        "product__category", "is_ready", "product__url", "approvals", "in_app_id", "shop_id",
        "product__title", "merchant", "since_us", "product", "fallback",
    )  # fmt: skip


def of_listing(listing: Listing) -> Facts:
    """The facts of a listing that is there."""
    [facts] = of(Listing.objects.filter(pk=listing.pk), most=1)
    return facts
