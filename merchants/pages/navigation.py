"""The entries of this app in the navigation."""

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from merchants.companies.models import Merchant
from portal.accounts.models import Membership, User
from portal.shell import navigation
from portal.shell.navigation import Area, Entry, Workspace


def announce() -> None:
    """Add the entries; called once, when the app is ready."""
    navigation.workspaces(workspaces)
    navigation.add(
        _of_merchants(_("Company"), "building", "merchant-detail", "merchant.view", 80),
        _of_merchants(_("Stores"), "building-store", "store-list", "merchant.view", 20),
        _of_merchants(_("Products"), "package", "product-list", "merchant.view", 21),
        _of_merchants(_("Notes"), "notes", "note-list", "merchant.view", 22),
        _of_merchants(_("Listings"), "link", "listing-list", "merchant.view", 23),
        _of_merchants(_("Open for you"), "door", "offer-list", "merchant.view", 24),
        _of_platform(_("Merchants"), "building", "merchant-directory", "merchant.verify", 20),
        _of_platform(_("Stores"), "building-store", "store-directory", "store.verify", 21),
        _of_platform(_("Rule changes"), "door", "rulechange-list", "opening.propose", 22),
        _of_platform(_("Policy"), "table", "policy-matrix", "policy.view", 22),
        _of_platform(
            _("Applications"), "file-certificate", "application-directory", "application.decide", 23
        ),
    )


def workspaces(user: User, code: str) -> list[Workspace]:
    """The merchants of the person's own teams, and the one named `code` if it is visible."""
    shown = Merchant.objects.visible_to(user)
    if user.platform_role:
        # Everything is visible: not joined, that would be a row for every membership of everyone.
        own = Membership.objects.filter(user=user).values("team")
        shown = shown.filter(Q(team__in=own) | Q(code=code))
    return [
        Workspace(merchant.code, merchant.name, merchant.team, navigation.home_of(merchant.code))
        for merchant in shown.select_related("team").order_by("name")
    ]


def _of_merchants(label: Promise, icon: str, page: str, action: str, order: int) -> Entry:
    return Entry(label, icon, f"merchants:{page}", action, Area.MERCHANT, order)


def _of_platform(label: Promise, icon: str, page: str, action: str, order: int) -> Entry:
    return Entry(label, icon, f"merchants:{page}", action, Area.PLATFORM, order)
