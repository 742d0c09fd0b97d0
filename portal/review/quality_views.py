"""How good reviewing is, as a page of the platform."""

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from portal import words
from portal.accounts.access import PortalRequest, platform_page
from portal.review import quality, sizes, speed
from portal.review.tables import ReasonTable, SizeTable
from portal.ui.pages import Head
from portal.ui.views import table_page

# What `?by=` may ask for.
REASON = "reason"


@platform_page("review.view")
def review_quality(request: PortalRequest) -> HttpResponseBase:
    """How long answers take and how many fall, by kind and size; `?by=reason` by coded reason."""
    is_by_reason = request.GET.get("by") == REASON
    return table_page(
        request,
        ReasonTable if is_by_reason else SizeTable,
        quality.by_reason() if is_by_reason else quality.by_size(),
        head=Head(
            _("Quality of review"),
            above=_("To decide"),
            back=reverse("review:review-list"),
            lead=words.sentences([_explained(), *_cut(), sizes.said()]),
        ),
        export_name="review-reasons" if is_by_reason else "review-quality",
        template="portal/review_quality.html",
        context={"is_by_reason": is_by_reason},
    )


def _explained() -> str:
    return _(
        "Of the last %(days)s days. Time runs from the handing in to what decided it. Below "
        "%(least)s answers or disputes nothing is measured. Overturned is what was granted then: "
        "another no is none."
    ) % {"days": quality.DAYS, "least": speed.LEAST}


def _cut() -> list[str]:
    """That not all of these days is counted, where it is so."""
    if not quality.is_cut():
        return []
    said = _("There were more: counted are the newest %(most)s answers and as many disputes.")
    return [said % {"most": words.count(quality.MOST)}]
