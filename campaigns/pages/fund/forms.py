"""What people type about funds. Forms clean; the verbs decide."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.funds.models import DrawOrder, Fund, FundWay
from campaigns.funds.verbs import MOST_DAYS
from merchants.openings.models import Programme
from merchants.pages.fields import CategoryField
from portal.refusals import MOST_REASON
from portal.ui.fields import (
    CodeField,
    CountField,
    DayField,
    InstantField,
    LineField,
    ProseField,
    YuanField,
)

EVERYBODY = _("Left empty, it is for everybody.")
NO_CAP = _("Left empty, there is no cap.")


class FundForm(forms.Form):
    name_zh = LineField(label=_("Chinese name"), max_length=60)
    name_en = LineField(label=_("English name"), max_length=60)
    code = CodeField(
        label=pgettext_lazy("fund", "Code"),
        max_length=50,
        help_text=_("Letters, digits and hyphens; it never changes."),
    )
    source = forms.ChoiceField(label=_("Whose money"), choices=Fund.SOURCES)


class TermsForm(forms.Form):
    name_zh = LineField(label=_("Chinese name"), max_length=60)
    name_en = LineField(label=_("English name"), max_length=60)
    starts_on = DayField(label=_("Pays from"), required=False)
    ends_on = DayField(
        label=_("Pays until"), required=False, help_text=_("This day included; empty: no end.")
    )
    programme = forms.ModelChoiceField(
        label=_("Programme"),
        queryset=Programme.objects.order_by("pk"),
        required=False,
        empty_label=_("Every programme"),
        help_text=_("The note sells something in a store of it, while it runs."),
    )
    category = CategoryField(
        required=False,
        empty_label=_("Every category"),
        help_text=_("The note sells something of it, or of what lies in it."),
    )
    sold_below_fen = YuanField(
        label=_("For companies that sell less in 30 days than (yuan)"),
        required=False,
        help_text=EVERYBODY,
    )
    newer_than_days = CountField(
        label=_("For merchants that are here for fewer days than"),
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        help_text=EVERYBODY,
    )
    own_cash_percent = CountField(
        label=_("Least own share, in per cent"),
        required=False,
        min_value=0,
        max_value=99,
        help_text=_("Of each boost; 0: the fund may pay all of it."),
    )
    merchant_cap_fen = YuanField(
        label=_("Most for one merchant (yuan)"), required=False, help_text=NO_CAP
    )
    company_cap_fen = YuanField(
        label=_("Most for one company (yuan)"),
        required=False,
        help_text=_("All its merchants together. Left empty, there is no cap."),
    )
    grants_by = forms.ChoiceField(label=_("Granted"), choices=FundWay.choices)
    small_below_fen = YuanField(
        label=_("In rounds, small is who sells less in 30 days than (yuan)"),
        required=False,
        help_text=_("Left empty, all are small."),
    )
    reserve_percent = CountField(
        label=_("In rounds, kept for small ones, in per cent"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=_("As far as they ask for it."),
    )
    draw_order = forms.ChoiceField(label=_("Its part is spent"), choices=DrawOrder.choices)

    def clean_own_cash_percent(self) -> int:
        return self.cleaned_data["own_cash_percent"] or 0

    def clean_reserve_percent(self) -> int:
        return self.cleaned_data["reserve_percent"] or 0


class RoundForm(forms.Form):
    cut_at = InstantField(
        label=_("Collects until"),
        help_text=_("Shanghai time. Then the fund is divided among all boosts that wait for it."),
    )


class CallOffForm(forms.Form):
    reason = ProseField(
        label=_("Reason"), max_length=MOST_REASON, help_text=_("The other admins read it.")
    )
