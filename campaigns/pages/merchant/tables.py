"""The merchants of an account manager."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from merchants.companies.models import Merchant
from portal.shell import navigation
from portal.ui.columns import CountColumn, MoneyColumn, StatusColumn, small_button
from portal.ui.tables import PortalTable


class MerchantTable(PortalTable):
    name = tables.Column(
        verbose_name=_("Merchant"), linkify=lambda record: navigation.home_of(record.code)
    )
    status = StatusColumn(verbose_name=_("Status"))
    waiting = CountColumn(verbose_name=_("Boosts to review"))
    free_fen = MoneyColumn(verbose_name=_("Free in the wallet"))
    held_fen = MoneyColumn(verbose_name=_("Held for boosts"))
    action = tables.Column(
        verbose_name=_("Action"), accessor="pk", orderable=False, exclude_from_export=True
    )

    empty_title = _("You look after no merchant yet")
    empty_text = _("An admin gives you a merchant when its company is verified.")
    empty_icon = "building"

    class Meta(PortalTable.Meta):
        model = Merchant
        fields = ("name", "status", "waiting", "free_fen", "held_fen", "action")

    def render_action(self, record: Merchant) -> SafeString:
        url = reverse("campaigns:payment-new")
        return small_button(
            f"{url}?merchant={record.code}", _("Record a payment"), about=record.name
        )
