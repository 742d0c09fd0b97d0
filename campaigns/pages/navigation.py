"""The entries of this app in the navigation."""

from django.utils.translation import gettext_lazy as _

from portal.shell.navigation import Area, Entry, add


def announce() -> None:
    """Add the entries; called once, when the app is ready."""
    add(
        Entry(_("Boosts"), "rocket", "campaigns:boost-list", "boost.view", Area.MERCHANT, 50),
        Entry(_("Wallet"), "wallet", "campaigns:wallet-detail", "wallet.view", Area.MERCHANT, 60),
        Entry(
            _("Boosts to review"),
            "checklist",
            "campaigns:review-list",
            "boost.review",
            Area.PLATFORM,
            10,
        ),
        Entry(_("Funds"), "coins", "campaigns:fund-list", "fund.manage", Area.PLATFORM, 60),
    )
