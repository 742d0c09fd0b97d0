"""What readers meet: the link of a listing, and stand-ins for the community app's own pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from merchants.catalogue.models import Product
from merchants.links import chain, click_ids, clicks, codes, visitors
from merchants.listings.models import Listing
from merchants.stores.models import Store
from portal import clock
from portal.ui.forms import words_of

SEARCH_RESULTS = 20


@require_safe
@cache_control(no_store=True)
def link_follow(request: HttpRequest, code: str) -> HttpResponse:
    """Send a reader on. Nothing in the request decides where to; an unknown code gets a search."""
    listing = (
        Listing.objects.select_related(
            "merchant", "note", "product__store", "product__category", "fallback__store"
        )
        .filter(code=codes.cleaned(code))
        .first()
    )
    if listing is None:
        return render(request, "merchants/link_unknown.html", status=404)
    now = clock.now()
    destination = chain.resolve(listing, at=now)
    url = destination.url
    if visitors.follows(request):
        is_machine = visitors.is_machine(request.headers.get("User-Agent", ""))
        reader = click_ids.read("reader", request.GET.get("u", ""))
        click_id = clicks.write_down(listing, reader=reader, is_machine=is_machine, at=now)
        if not is_machine:
            url = destination.with_click(click_id)
    response = redirect(url)
    response["Referrer-Policy"] = "strict-origin"
    return response


@require_safe
def product_card(request: HttpRequest, pk: int) -> HttpResponse:
    """Stands in for the community app's page of an in-app product."""
    product = get_object_or_404(Product.objects.sold_in_app(), pk=pk)
    return render(request, "merchants/product_card.html", {"product": product})


@require_safe
def store_card(request: HttpRequest, pk: int) -> HttpResponse:
    """Stands in for the community app's page of an in-app shop."""
    store = get_object_or_404(Store.objects.in_app_shops(), pk=pk)
    products = Product.objects.sold_in_app().filter(store=store).order_by("-pk")[:SEARCH_RESULTS]
    return render(request, "merchants/store_card.html", {"store": store, "products": products})


@require_safe
def product_search(request: HttpRequest) -> HttpResponse:
    """Products of in-app shops whose title holds the words; where links go that lead nowhere."""
    words = words_of(request)
    found = (
        Product.objects.sold_in_app().found_by(words) if words else Product.objects.sold_in_app()
    )
    products = found.order_by("-pk")[:SEARCH_RESULTS]
    return render(request, "merchants/product_search.html", {"words": words, "products": products})
