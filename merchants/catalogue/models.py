"""What stores sell: products, and the tree of categories they lie in."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from merchants.marketplaces import pasting
from merchants.marketplaces.kinds import Marketplace
from merchants.stores.models import Store
from portal import clock, sought, words
from portal.accounts.models import User
from portal.proofs import ProvenBy


class CategoryQuerySet(models.QuerySet["Category"]):
    def as_tree(self) -> "dict[int, Category]":
        """All categories by primary key, each with what it lies in at hand: one query."""
        tree = {category.pk: category for category in self.all()}
        for category in tree.values():
            if category.parent_id is not None:
                category.parent = tree[category.parent_id]
        return tree


class Category(models.Model):
    code = models.SlugField(unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["code"]

    def __str__(self) -> str:
        return words.name(self.name_zh, self.name_en)

    def lineage(self) -> "list[Category]":
        """This category and what it lies in, narrowest first."""
        chain, category = [self], self.parent
        while category is not None:
            chain.append(category)
            category = category.parent
        return chain


class ProductQuerySet(models.QuerySet["Product"]):
    def visible_to(self, user: User) -> Self:
        """Products of the stores `user` may see."""
        return self.filter(store__in=Store.objects.visible_to(user))

    def found_by(self, text: str) -> Self:
        """Products whose title or id holds every word of `text`, or whose address is in it."""
        if pasted := pasting.product_in(text):
            return self.filter(
                store__kind__in=Marketplace.of(pasted.kind).store_kinds,
                external_id=pasted.external_id,
            )
        return self.filter(sought.holding(text, "title", "external_id"))

    def sold_in_app(self) -> Self:
        """What readers can buy without leaving the community."""
        shops = Store.objects.in_app_shops()
        return self.filter(is_available=True, store__in=shops).select_related("store")


class Product(models.Model):
    """A good in one store. `external_id` is the id partners send as `product_id`."""

    # That the store sells it.
    PROVEN_BY = ProvenBy.NOTHING

    store = models.ForeignKey(Store, models.PROTECT, related_name="products")
    external_id = models.CharField(_("product id"), max_length=80)
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("product address"), max_length=500, blank=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="products")
    price_fen = models.BigIntegerField(_("price"), null=True, blank=True)
    is_available = models.BooleanField(_("available"), default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        indexes = [sought.index("title", "external_id", name="product_by_words")]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "external_id"],
                name="product_once_per_store",
                violation_error_message=_("This store has this product already."),
            ),
            models.CheckConstraint(
                condition=models.Q(price_fen=None) | models.Q(price_fen__gt=0),
                name="product_price_positive",
                violation_error_message=_("A price is above zero, or left empty when unknown."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
