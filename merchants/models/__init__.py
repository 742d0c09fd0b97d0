from merchants.models.application import OpeningApplication
from merchants.models.category import Category
from merchants.models.listing import Listing, ListingPeriod
from merchants.models.merchant import Merchant
from merchants.models.note import Note
from merchants.models.opening import Opening
from merchants.models.placement import Placement
from merchants.models.product import Product
from merchants.models.programme import Programme
from merchants.models.store import Store, StoreKind

__all__ = [
    "Category",
    "Listing",
    "ListingPeriod",
    "Merchant",
    "Note",
    "Opening",
    "OpeningApplication",
    "Placement",
    "Product",
    "Programme",
    "Store",
    "StoreKind",
]
