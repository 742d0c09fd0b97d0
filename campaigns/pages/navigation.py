"""The ways into this app: entries of the navigation, and a button on a note's page."""

from django.utils.translation import gettext_lazy as _

from merchants.pages.note import actions as note_actions
from merchants.pages.note.actions import NoteAction
from portal import clock
from portal.shell.navigation import Area, Entry, add


def announce() -> None:
    """Add them; called once, when the app is ready."""
    add(
        Entry(_("Boosts"), "rocket", "campaigns:boost-list", "boost.view", Area.MERCHANT, 50),
        Entry(
            _("Campaigns"),
            "calendar-event",
            "campaigns:campaign-list",
            "campaign.view",
            Area.MERCHANT,
            55,
        ),
        Entry(_("Costs"), "receipt", "campaigns:cost-list", "cost.view", Area.MERCHANT, 57),
        Entry(_("Wallet"), "wallet", "campaigns:wallet-detail", "wallet.view", Area.MERCHANT, 60),
        Entry(
            _("My merchants"),
            "building",
            "campaigns:merchant-list",
            "merchant.look_after",
            Area.PLATFORM,
            20,
        ),
        Entry(
            _("Record a payment"),
            "cash",
            "campaigns:payment-new",
            "payment.record",
            Area.PLATFORM,
            21,
        ),
        Entry(
            _("Invoices"),
            "file-invoice",
            "campaigns:issuing-list",
            "invoice.issue",
            Area.PLATFORM,
            57,
        ),
        Entry(
            _("Reconciliation"),
            "scale",
            "campaigns:reconciliation-list",
            "reconciliation.view",
            Area.PLATFORM,
            58,
        ),
        Entry(
            _("Refunds to pay"), "cash", "campaigns:payout-list", "refund.pay", Area.PLATFORM, 59
        ),
        Entry(_("Funds"), "coins", "campaigns:fund-list", "fund.manage", Area.PLATFORM, 60),
        Entry(
            _("Fairness of funds"),
            "scale",
            "campaigns:fairness-list",
            "fund.manage",
            Area.PLATFORM,
            60,
        ),
        Entry(
            _("Ad servers"),
            "server",
            "campaigns:ad-server-list",
            "adserver.manage",
            Area.PLATFORM,
            61,
        ),
    )
    note_actions.add(
        NoteAction(
            _("Boost this note"),
            "rocket",
            "campaigns:boost-quick",
            "boost.submit_quick",
            fits=lambda note: note.is_published(at=clock.now()),
        )
    )
