"""The filter above the list of applications."""

from django.utils.translation import gettext_lazy as _

from merchants.openings.models import ApplicationStatus, OpeningApplication
from portal.ui.filters import PortalFilter, WordsFilter, choice_filter


class ApplicationFilter(PortalFilter):
    merchant = WordsFilter("merchant__name", label=_("Merchant contains"))
    status = choice_filter("status", ApplicationStatus.choices, _("Status"))

    class Meta:
        model = OpeningApplication
        fields: list[str] = []
