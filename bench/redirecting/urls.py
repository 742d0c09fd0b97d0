"""The site's addresses, and the least that any redirect could do: the same middleware, the same
click written, a constant answer."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from merchants.links import click_ids, clicks
from merchants.links.facts import Facts
from merchants.pages.link.views import unattended

FACTS = Facts(
    "bare", 1, "note-1", "note_body", "tmall", 1, True, "", ["1 1"], None, None, "bare", 1,
    None, 1, None,
)  # fmt: skip


@unattended
@require_safe
@cache_control(no_store=True)
def bare(request: HttpRequest, code: str) -> HttpResponse:
    """Asks nothing and nobody, and sends everybody to one place."""
    reader = click_ids.read("reader", request.GET.get("u", ""))
    clicks.write_down(FACTS, reader=reader, is_machine=False)
    response = HttpResponseRedirect("https://detail.tmall.com/item.htm?id=1")
    response["Referrer-Policy"] = "strict-origin"
    return response


urlpatterns = [path("bare/<str:code>", bare), path("", include("portal.urls"))]
