"""All models of the app, for Django to find. Rooms import each other's models directly."""

from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant
from merchants.links.models import Change
from merchants.listings.models import Listing, ListingPeriod
from merchants.marketplaces.kinds import StoreKind
from merchants.marketplaces.placements import Placement
from merchants.notes.models import FeedRequest, Note
from merchants.openings.models import (
    Opening,
    OpeningApplication,
    OpeningMerchant,
    Programme,
)
from merchants.rulechanges.models import RuleChange
from merchants.stores.models import Store

__all__ = [
    "Category",
    "Change",
    "FeedRequest",
    "Listing",
    "ListingPeriod",
    "Merchant",
    "Note",
    "Opening",
    "OpeningApplication",
    "OpeningMerchant",
    "Placement",
    "Product",
    "Programme",
    "RuleChange",
    "Store",
    "StoreKind",
]
