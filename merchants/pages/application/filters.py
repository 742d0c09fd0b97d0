"""The filter above the list of applications."""

from django.utils.translation import gettext_lazy as _

from merchants.openings.models import ApplicationStatus, OpeningApplication
from portal.ui.filters import PortalFilter, choice_filter, words_filter


class ApplicationFilter(PortalFilter):
    merchant = words_filter("merchant__name", _("Merchant contains"))
    status = choice_filter("status", ApplicationStatus.choices, _("Status"))

    class Meta:
        model = OpeningApplication
        fields: list[str] = []
