"""What may be done to a product: add it by form or by its address, and correct it."""

from django.db import transaction
from django.utils.translation import gettext as _

from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant
from merchants.marketplaces.addresses import RecognisedProduct, product_url, recognise
from merchants.marketplaces.kinds import StoreKind
from merchants.stores.models import Store
from merchants.stores.verbs import checked_external_id
from portal import clock, meaning, typed, words
from portal.accounts import audit, permissions, versions
from portal.accounts.models import User
from portal.refusals import Refusal
from portal.saving import save_or_refuse


@transaction.atomic
def add(
    store: Store,
    *,
    external_id: str,
    title: str,
    category: Category,
    price_fen: int | None,
    url: str = "",
    by: User,
) -> Product:
    """A new product of `store`. An outside product's address follows from its id; one that is
    given has to name the same product."""
    permissions.require(by, "product.edit", store.merchant.team)
    external_id = checked_external_id(external_id)
    product = Product(
        store=Store.locked(store.pk),
        external_id=external_id,
        title=meaning.line(title),
        url=_address(store, external_id, meaning.line(url)),
        category=category,
        price_fen=_checked_price(price_fen),
    )
    save_or_refuse(product)
    audit.record("product.added", product, by=by, team=store.merchant.team, new=_facts(product))
    return product


@transaction.atomic
def edit(
    product: Product,
    *,
    title: str,
    category: Category,
    price_fen: int | None,
    is_available: bool,
    version: str | None = None,
    by: User,
) -> Product:
    """Correct what readers see; the store and the id stay. In another category its listings are as
    new as if they had been edited. Raises Outdated unless `version`, where it was read on a page,
    is the newest."""
    team = product.store.merchant.team
    permissions.require(by, "product.edit", team)
    product = Product.objects.select_for_update(no_key=True).get(pk=product.pk)
    versions.require(product, version)
    old, moved = _facts(product), product.category_id != category.pk
    product.title, product.category = meaning.line(title), category
    product.price_fen, product.is_available = _checked_price(price_fen), is_available
    save_or_refuse(product)
    if moved:
        # Other rules decide about it now: to them what is live is new, and none leaves it alone.
        product.listings.exclude(since_at=None).update(since_at=clock.now())
    audit.record("product.edited", product, by=by, team=team, old=old, new=_facts(product))
    return product


@transaction.atomic
def add_by_address(
    merchant: Merchant,
    *,
    url: str,
    title: str,
    category: Category,
    price_fen: int | None,
    store: Store | None = None,
    by: User,
) -> Product:
    """A new product from the address of its page; the merchant's store of that kind takes it.

    `store` chooses when the merchant has several there.
    """
    recognised = recognise(url)
    return add(
        store or _store_for(merchant, recognised),
        external_id=recognised.external_id,
        title=title,
        category=category,
        price_fen=price_fen,
        url=recognised.url,
        by=by,
    )


def _store_for(merchant: Merchant, recognised: RecognisedProduct) -> Store:
    """The merchant's only store of the product's kind. Raises Refusal for none or several."""
    stores = list(merchant.stores.filter(kind=recognised.kind).order_by("pk"))
    if not stores:
        raise Refusal(
            _("This is a product of %(kind)s, and you have no store there. Register it first.")
            % {"kind": recognised.kind.label},
            field="url",
        )
    if len(stores) > 1:
        raise Refusal(
            _("You have %(count)s stores at %(kind)s. Choose the one that sells this product.")
            % {"count": len(stores), "kind": recognised.kind.label},
            field="store",
        )
    return stores[0]


def _address(store: Store, external_id: str, url: str) -> str:
    if not url:
        in_app = store.kind == StoreKind.IN_APP
        return "" if in_app else product_url(store.kind, external_id=external_id)
    # An in-app product has no address, so any that is given belongs to another kind of store.
    recognised = recognise(url)
    if recognised.kind != store.kind:
        raise Refusal(
            _("This address belongs to %(found)s, but the store is at %(chosen)s.")
            % {"found": recognised.kind.label, "chosen": StoreKind(store.kind).label},
            field="url",
        )
    if recognised.external_id != external_id:
        raise Refusal(
            _("This address names the product %(found)s, not %(id)s.")
            % {"found": recognised.external_id, "id": external_id},
            field="url",
        )
    return recognised.url


def _checked_price(price_fen: int | None) -> int | None:
    """The price, if there is room for it; that it is above zero says a constraint."""
    if price_fen is not None and price_fen > typed.MOST_FEN:
        raise Refusal(
            _("The amount is at most %(most)s.") % {"most": words.yuan(typed.MOST_FEN)},
            field="price_fen",
        )
    return price_fen


def _facts(product: Product) -> dict[str, object]:
    return {
        "external_id": product.external_id,
        "title": product.title,
        "category": product.category.code,
        "price_fen": product.price_fen,
        "is_available": product.is_available,
    }
