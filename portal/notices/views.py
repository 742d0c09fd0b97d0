"""The bell: notices of the person who looks."""

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.accounts.access import PortalRequest, person_page
from portal.notices import verbs
from portal.notices.models import Notice
from portal.notices.tables import NoticeTable
from portal.ui.pages import Head
from portal.ui.views import table_page


@person_page
def notice_list(request: PortalRequest) -> HttpResponseBase:
    """All notices, newest first."""
    return table_page(
        request,
        NoticeTable,
        Notice.objects.filter(user=request.user),
        head=Head(_("Notices")),
        template="notices/notice_list.html",
    )


@require_POST
@person_page
def notice_read_all(request: PortalRequest) -> HttpResponseBase:
    """Nothing is new any more."""
    verbs.read_all(by=request.user)
    return redirect("notices:notice-list")
