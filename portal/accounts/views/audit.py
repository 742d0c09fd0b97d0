"""Who did what, for owners and for platform admins."""

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from portal.accounts.access import PortalRequest, platform_page, team_page
from portal.accounts.filters import AuditFilter
from portal.accounts.models import AuditEntry, Team
from portal.accounts.tables import AuditTable
from portal.ui.pages import Head
from portal.ui.views import table_page


@team_page("audit.view")
def team_audit(request: PortalRequest, team: Team) -> HttpResponseBase:
    """Everything done for one merchant."""
    entries = team.audit_entries.select_related("actor")
    head = Head(_("Audit"), above=str(team))
    return table_page(request, AuditTable, entries, AuditFilter, head=head, export_name="audit")


@platform_page("audit.view")
def platform_audit(request: PortalRequest) -> HttpResponseBase:
    """Everything done on the platform."""
    entries = AuditEntry.objects.select_related("actor")
    head = Head(_("Audit"), above=_("Platform"))
    return table_page(request, AuditTable, entries, AuditFilter, head=head, export_name="audit")
