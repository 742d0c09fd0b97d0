"""The rules a listing meets before readers see it. Publishing and the checklist ask here."""

from datetime import datetime

from django.utils.translation import gettext as _

from merchants.companies.models import MerchantStatus
from merchants.listings import outside
from merchants.listings.check import Check
from merchants.listings.models import Listing
from merchants.stores.models import StoreStatus


def checks(listing: Listing, *, at: datetime) -> list[Check]:
    """Every rule for `listing` at `at`, in the order in which a merchant meets them."""
    store = listing.product.store
    found = [
        _check(
            "merchant_verified",
            _("The company is verified"),
            listing.merchant.status == MerchantStatus.VERIFIED,
            _("Hand the company data in and wait for the platform."),
        ),
        _check(
            "store_verified",
            _("The store is verified"),
            store.status == StoreStatus.VERIFIED,
            _("The platform has to verify “%(store)s” first.") % {"store": store},
        ),
        _check(
            "note_published",
            _("The note is published"),
            listing.note.is_published(at=at),
            _("Publish the note in the community; it is mirrored here by itself."),
        ),
        _check(
            "ad_label",
            _("The merchant says that the note carries the ad label"),
            listing.has_ad_label,
            _("Add the ad label to the note and tick it here."),
        ),
    ]
    if store.is_external:
        found.append(_fallback(listing))
        found += outside.checks(listing, at=at)
    return found


def _check(rule: str, title: str, passed: bool, advice: str) -> Check:
    return Check(rule, title, passed, "" if passed else advice)


def _fallback(listing: Listing) -> Check:
    fallback = listing.fallback
    return _check(
        "fallback",
        _("An in-app product takes over when the outside way is closed"),
        fallback is not None and fallback.store.status == StoreStatus.VERIFIED,
        _("Choose a product of your verified in-app shop as the fallback."),
    )
