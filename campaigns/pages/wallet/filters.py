"""The filter above the movements of a wallet."""

import django_filters
from django.utils.translation import gettext_lazy as _

from campaigns.ledger.models import Transfer, TransferReason
from portal.ui.filters import PortalFilter


class TransferFilter(PortalFilter):
    reason = django_filters.ChoiceFilter(choices=TransferReason.choices, label=_("What"))

    class Meta:
        model = Transfer
        fields: list[str] = []
