"""The page behind the search box."""

from django.http import HttpResponseBase
from django.shortcuts import render

from portal.accounts.access import PortalRequest, person_page
from reports import search


@person_page
def search_all(request: PortalRequest) -> HttpResponseBase:
    """What `?q=` finds among everything the person may see."""
    words = request.GET.get("q", "").strip()[: search.MAX_LENGTH]
    context = {"words": words, "groups": search.find(request.user, words)}
    return render(request, "reports/search_all.html", context)
