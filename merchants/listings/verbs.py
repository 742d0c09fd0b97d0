"""What may be done to a listing: link, edit, publish, pause, resume, end."""

from datetime import datetime

from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from merchants.catalogue.models import Product
from merchants.companies.models import Merchant
from merchants.listings import publishing
from merchants.listings.check import Check
from merchants.listings.models import Listing, ListingStatus
from merchants.notes.models import Note
from portal import clock, words
from portal.accounts import audit, permissions, versions
from portal.accounts.models import User
from portal.refusals import Refusal
from portal.saving import save_or_refuse

_CODE_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


class NotPublishable(Refusal):
    """Rules are not met; `failed` are those rules and the message says what to do."""

    def __init__(self, failed: list[Check]) -> None:
        super().__init__(words.sentences(check.text for check in failed))
        self.failed = failed


@transaction.atomic
def link(
    merchant: Merchant,
    *,
    note: Note,
    product: Product,
    placement: str,
    fallback: Product | None = None,
    has_ad_label: bool = False,
    by: User,
) -> Listing:
    """Link a product to a note, as a draft. `fallback` is an in-app product."""
    permissions.require(by, "listing.edit", merchant.team)
    merchant = Merchant.locked(merchant.pk)
    if note.merchant_id != merchant.pk:
        raise Refusal(_("This note is not yours."), field="note")
    if product.store.merchant_id != merchant.pk:
        raise Refusal(_("This product is not yours."), field="product")
    listing = Listing(
        merchant=merchant,
        note=note,
        product=product,
        placement=placement,
        code=get_random_string(10, _CODE_ALPHABET),
        fallback=_checked_fallback(merchant, fallback),
        has_ad_label=has_ad_label,
        created_by=by,
    )
    save_or_refuse(listing)
    new = {"note": note.external_id, "product": product.pk, "placement": placement}
    audit.record("listing.linked", listing, by=by, team=merchant.team, new=new)
    return listing


@transaction.atomic
def edit(
    listing: Listing,
    *,
    fallback: Product | None,
    has_ad_label: bool,
    version: str | None = None,
    by: User,
) -> Listing:
    """Change the fallback and the ad label of a listing that readers do not see.

    Raises Outdated unless `version`, where a page had it, is the newest.
    """
    permissions.require(by, "listing.edit", listing.merchant.team)
    listing = Listing.locked(listing.pk)
    if not listing.is_editable:
        raise Refusal(_("Pause the listing before you change it."))
    versions.require(listing, version)
    old = {"fallback": listing.fallback_id, "has_ad_label": listing.has_ad_label}
    listing.fallback = _checked_fallback(listing.merchant, fallback)
    listing.has_ad_label = has_ad_label
    listing.since_at = clock.now()
    save_or_refuse(listing)
    new = {"fallback": listing.fallback_id, "has_ad_label": has_ad_label}
    audit.record("listing.edited", listing, by=by, team=listing.merchant.team, old=old, new=new)
    return listing


def publish(listing: Listing, *, by: User, version: str | None = None) -> Listing:
    """Show the listing to readers. Raises NotPublishable naming every rule that is not met, and
    Outdated unless `version`, where a page had it, is the newest."""
    return _go_live(listing, version=version, by=by)


def resume(listing: Listing, *, by: User, version: str | None = None) -> Listing:
    """Show a paused listing again, under the rules of the moment; refused as `publish` is."""
    return _go_live(listing, version=version, by=by)


def pause(listing: Listing, *, by: User) -> Listing:
    """Hide a live listing for a while."""
    return _leave(listing, ListingStatus.PAUSED, by=by)


def end(listing: Listing, *, by: User) -> Listing:
    """Take the listing off the note for good."""
    return _leave(listing, ListingStatus.ENDED, by=by)


@transaction.atomic
def _go_live(listing: Listing, *, version: str | None, by: User) -> Listing:
    permissions.require(by, "listing.edit", listing.merchant.team)
    listing = Listing.locked(listing.pk)
    versions.require(listing, version)
    moment = _moment(listing)
    if listing.can_move_to(ListingStatus.LIVE):
        failed = [check for check in publishing.checks(listing, at=moment) if not check.passed]
        if failed:
            raise NotPublishable(failed)
    listing.since_at = moment
    listing.move_to(ListingStatus.LIVE, by=by)
    listing.periods.create(live_from=moment)
    return listing


@transaction.atomic
def _leave(listing: Listing, status: ListingStatus, *, by: User) -> Listing:
    permissions.require(by, "listing.edit", listing.merchant.team)
    listing = Listing.locked(listing.pk)
    moment = _moment(listing)
    listing.move_to(status, by=by)
    listing.periods.filter(live_to=None).update(live_to=moment)
    return listing


def _moment(listing: Listing) -> datetime:
    """Where the next edge of the locked listing's periods lies: no earlier than the last one."""
    last = listing.periods.order_by("-live_from", "-pk").first()
    return clock.no_earlier_than((last.live_to or last.live_from) if last else None)


def _checked_fallback(merchant: Merchant, fallback: Product | None) -> Product | None:
    if fallback is None:
        return None
    store = fallback.store
    if store.merchant_id != merchant.pk or store.is_external:
        raise Refusal(_("The fallback is a product of your own in-app shop."), field="fallback")
    return fallback
