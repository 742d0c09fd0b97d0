"""The rules a listing meets before readers see it. Publishing and the checklist ask here."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from merchants.companies.models import MerchantStatus
from merchants.listings import alternatives
from merchants.listings.models import Listing
from merchants.openings import verbs as openings
from merchants.openings.models import Opening, Programme
from merchants.openings.ways import Way, ways_outside
from merchants.stores.models import StoreStatus
from portal import words


@dataclass(frozen=True)
class Check:
    """One rule for one listing; `text` says what to do while it is not met, or why it is."""

    rule: str
    title: str
    passed: bool
    text: str = ""


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
        found += [_with_alternative(check, listing, at) for check in _outside(listing, at)]
    return found


def _with_alternative(check: Check, listing: Listing, at: datetime) -> Check:
    """What is closed says what is open."""
    if check.passed or check.rule != "opening_in_force":
        return check
    return replace(check, text=f"{check.text} {alternatives.sentence(listing, at=at)}")


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


def _outside(listing: Listing, at: datetime) -> list[Check]:
    """The two rules of outside links, for the programme that is furthest along."""
    category, kind = listing.product.category, listing.product.store.kind
    ways = ways_outside(
        Programme.objects.order_by("pk"),
        category,
        kind,
        rule_of=lambda programme: openings.in_force(
            programme, category, listing.placement, kind, at=at
        ),
        applications_of=lambda programme: listing.merchant.applications.filter(programme=programme),
        at=at,
    )
    furthest = max(ways, key=lambda way: way.is_open + way.is_approved, default=None)
    if furthest is not None:
        return [_opening(listing, furthest, at), _application(listing, furthest)]
    return [
        Check(
            "opening_in_force",
            _("An opening is in force"),
            False,
            _("No programme with %(kind)s is running today.")
            % {"kind": listing.product.store.get_kind_display()},
        )
    ]


def _opening(listing: Listing, way: Way, at: datetime) -> Check:
    title, rule = _("An opening is in force"), way.rule
    if rule is not None and way.is_open:
        advice = _("%(scope)s is open since %(day)s.") % _named(rule)
        return Check("opening_in_force", title, True, advice)
    category, kind = listing.product.category, listing.product.store.kind
    coming = openings.next_opening(way.programme, category, listing.placement, kind, at=at)
    if coming is not None:
        advice = _("%(scope)s opens on %(day)s.") % _named(coming)
    elif rule is not None:
        advice = _("%(scope)s is closed since %(day)s.") % _named(rule)
    else:
        scope = Opening(
            programme=way.programme,
            category=category,
            placement=listing.placement,
            store_kind=kind,
        ).scope
        advice = _("%(scope)s has not been opened.") % {"scope": scope}
    return Check("opening_in_force", title, False, advice)


def _application(listing: Listing, way: Way) -> Check:
    if way.application is None:
        advice = _("Apply under %(programme)s for %(category)s.")
    else:
        advice = _("The application under %(programme)s for %(category)s is not approved yet.")
    return _check(
        "application_approved",
        _("Your application is approved"),
        way.is_approved,
        advice % {"programme": way.programme, "category": listing.product.category},
    )


def _named(rule: Opening) -> dict[str, str]:
    return {"scope": rule.scope, "day": words.instant(rule.effective_at)}
