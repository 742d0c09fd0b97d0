"""What readers meet: the link of a listing, and stand-ins for the community app's own pages."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import TypeAlias

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from merchants.catalogue.models import Product
from merchants.links import click_ids, clicks, codes, finding, visitors
from merchants.links.finding import Unreachable
from merchants.stores.models import Store
from portal.accounts.middleware import for_nobody
from portal.ui.forms import words_of

logger = logging.getLogger(__name__)

SEARCH_RESULTS = 20
View: TypeAlias = Callable[..., HttpResponse]


def unattended(view: View) -> View:
    """A page for readers, who are nobody to us: it is shown when the database is gone, too."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (InterfaceError, OperationalError, Unreachable) as error:
            # An outage has as many of these as readers, and their clicks need the same disk: no
            # trace of code.
            logger.warning("A reader was asked to try again: %s.", type(error).__name__)
            page = render(request, "merchants/link_later.html")
            page["Cache-Control"] = "no-store"
            return page

    # Nothing can be sent here, so whoever tries is told what he may do, and of no token.
    return csrf_exempt(for_nobody(answer))


@unattended
@require_safe
@cache_control(no_store=True)
def link_follow(request: HttpRequest, code: str) -> HttpResponse:
    """Send a reader on. Nothing in the request decides where to; an unknown code gets a search."""
    found = finding.find(codes.cleaned(code))
    if found is None:
        return render(request, "merchants/link_unknown.html", status=404)
    url = found.destination.url
    if visitors.follows(request):
        is_machine = visitors.is_machine(request.headers.get("User-Agent", ""))
        reader = click_ids.read("reader", request.GET.get("u", ""))
        click_id = clicks.write_down(found.facts, reader=reader, is_machine=is_machine)
        if not is_machine:
            url = found.destination.with_click(click_id)
    response = HttpResponseRedirect(url)
    response["Referrer-Policy"] = "strict-origin"
    return response


@unattended
@require_safe
def product_card(request: HttpRequest, pk: int) -> HttpResponse:
    """Stands in for the community app's page of an in-app product."""
    product = get_object_or_404(Product.objects.sold_in_app(), pk=pk)
    return render(request, "merchants/product_card.html", {"product": product})


@unattended
@require_safe
def store_card(request: HttpRequest, pk: int) -> HttpResponse:
    """Stands in for the community app's page of an in-app shop."""
    store = get_object_or_404(Store.objects.in_app_shops(), pk=pk)
    products = Product.objects.sold_in_app().filter(store=store).order_by("-pk")[:SEARCH_RESULTS]
    return render(request, "merchants/store_card.html", {"store": store, "products": products})


@unattended
@require_safe
def product_search(request: HttpRequest) -> HttpResponse:
    """Products of in-app shops whose title holds the words; where links go that lead nowhere."""
    words = words_of(request)
    found = (
        Product.objects.sold_in_app().found_by(words) if words else Product.objects.sold_in_app()
    )
    products = found.order_by("-pk")[:SEARCH_RESULTS]
    return render(request, "merchants/product_search.html", {"words": words, "products": products})
