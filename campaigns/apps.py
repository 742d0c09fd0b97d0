from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "campaigns"
    label = "campaigns"

    def ready(self) -> None:
        from campaigns.boosts import funding
        from campaigns.boosts.models import HOLDING
        from campaigns.ledger import proof
        from portal.shell.navigation import Area, Entry, add

        proof.add_promises(funding.PROMISES, holding=sorted(HOLDING))
        add(
            Entry(_("Boosts"), "rocket", "campaigns:boost-list", "boost.view", Area.MERCHANT, 50),
            Entry(
                _("Wallet"), "wallet", "campaigns:wallet-detail", "wallet.view", Area.MERCHANT, 60
            ),
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
