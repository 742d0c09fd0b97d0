"""The page behind the search box."""

from django.http import HttpResponseBase
from django.shortcuts import render

from portal.accounts.access import PortalRequest, person_page
from portal.ui.forms import words_of
from reports.pages.search import finding as search


@person_page
def search_all(request: PortalRequest) -> HttpResponseBase:
    """What `?q=` finds among everything the person may see."""
    words = words_of(request)
    context = {"words": words, "groups": search.find(request.user, words)}
    return render(request, "reports/search_all.html", context)
