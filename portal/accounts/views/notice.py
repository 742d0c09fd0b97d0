"""The bell: notices of the person who looks."""

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.accounts import notices
from portal.accounts.access import PortalRequest, person_page
from portal.accounts.tables import NoticeTable
from portal.ui.pages import Head
from portal.ui.views import table_page


@person_page
def notice_list(request: PortalRequest) -> HttpResponseBase:
    """All notices, newest first."""
    return table_page(
        request,
        NoticeTable,
        request.user.notices.all(),
        head=Head(_("Notices")),
        template="accounts/notice_list.html",
    )


@require_POST
@person_page
def notice_read_all(request: PortalRequest) -> HttpResponseBase:
    """Nothing is new any more."""
    notices.read_all(by=request.user)
    return redirect("accounts:notice-list")
