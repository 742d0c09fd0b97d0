"""The lists of funds, of their rounds and of what those gave."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.boosts.awards import Award
from campaigns.funds.models import Fund, Round
from portal.ui.columns import InstantColumn, MoneyColumn, StatusColumn, small_button
from portal.ui.tables import PortalTable


class FundTable(PortalTable):
    name = tables.Column(
        verbose_name=_("Fund"),
        accessor="pk",
        linkify=lambda record: reverse("campaigns:fund-detail", args=[record.pk]),
    )
    code = tables.Column(verbose_name=pgettext_lazy("fund", "Code"))
    source = tables.Column(verbose_name=_("Whose money"))
    balance_fen = MoneyColumn(verbose_name=_("Left to grant"), accessor="account__balance_fen")
    action = tables.Column(
        verbose_name=_("Action"), accessor="pk", orderable=False, exclude_from_export=True
    )

    empty_title = _("No fund yet")
    empty_text = _("A fund is money of the platform or a partner that boosts may draw on.")
    empty_icon = "coins"

    class Meta(PortalTable.Meta):
        model = Fund
        fields = ("name", "code", "source", "balance_fen", "action")

    def render_name(self, record: Fund) -> str:
        return str(record)

    def value_name(self, record: Fund) -> str:
        return str(record)

    def render_action(self, record: Fund) -> SafeString:
        url = reverse("campaigns:fund-pay-in", args=[record.pk])
        return small_button(url, _("Pay in"), about=record)


class RoundTable(PortalTable):
    cut_at = InstantColumn(
        verbose_name=_("Collects until"),
        linkify=lambda record: reverse("campaigns:round-detail", args=[record.pk]),
    )
    status = StatusColumn(verbose_name=_("Status"))
    allocated_at = InstantColumn(verbose_name=pgettext_lazy("fund", "Divided"))

    empty_title = _("No round yet")
    empty_text = _("A fund that is divided in rounds collects requests, and divides them at once.")
    empty_icon = "coins"

    class Meta(PortalTable.Meta):
        model = Round
        fields = ("cut_at", "status", "allocated_at")


class AwardTable(PortalTable):
    """All of a round, for admins: small ones as its inputs say."""

    merchant = tables.Column(verbose_name=_("Merchant"), accessor="boost__merchant__name")
    note = tables.Column(
        verbose_name=_("Note"),
        accessor="boost__note__title",
        linkify=lambda record: record.boost.get_absolute_url(),
    )
    asked_fen = MoneyColumn(verbose_name=pgettext_lazy("award", "Asked for"))
    awarded_fen = MoneyColumn(verbose_name=pgettext_lazy("award", "Got"))
    why = tables.Column(verbose_name=_("Why"))
    status = StatusColumn(verbose_name=_("Status"))

    empty_title = _("Nothing divided yet")
    empty_text = _("What each boost got stands here as soon as the round is divided.")
    empty_icon = "coins"

    class Meta(PortalTable.Meta):
        model = Award
        fields = ("merchant", "note", "asked_fen", "awarded_fen", "why", "status")


class OwnAwardTable(PortalTable):
    """A merchant's own, each with the sentence that explains it."""

    when = InstantColumn(verbose_name=_("When"), accessor="round__allocated_at")
    note = tables.Column(
        verbose_name=_("Note"),
        accessor="boost__note__title",
        linkify=lambda record: record.boost.get_absolute_url(),
    )
    asked_fen = MoneyColumn(verbose_name=pgettext_lazy("award", "Asked for"))
    awarded_fen = MoneyColumn(verbose_name=pgettext_lazy("award", "Got"))
    status = StatusColumn(verbose_name=_("Status"))
    told = tables.Column(verbose_name=_("Why"), orderable=False)

    empty_title = _("No grant of a round yet")
    empty_text = _("When a fund is divided in a round, you read here what your boosts get.")
    empty_icon = "coins"

    class Meta(PortalTable.Meta):
        model = Award
        fields = ("when", "note", "asked_fen", "awarded_fen", "status", "told")
