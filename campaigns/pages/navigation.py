"""The ways into this app: entries of the navigation, and a button on a note's page."""

from django.utils.translation import gettext_lazy as _

from merchants.pages.note import actions as note_actions
from merchants.pages.note.actions import NoteAction
from portal.shell.navigation import Area, Entry, add


def announce() -> None:
    """Add them; called once, when the app is ready."""
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
    note_actions.add(
        NoteAction(
            _("Boost this note"),
            "rocket",
            "campaigns:boost-new",
            "boost.edit",
            fits=lambda note: note.published_at is not None,
        )
    )
