"""The account managers' queue and the page on which they decide."""

from collections.abc import Callable
from datetime import timedelta

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404

from campaigns.boosts import decisions
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.boosts.money import money_of
from campaigns.pages.review.forms import BoostReviewForm
from campaigns.pages.review.tables import ReviewTable
from portal import clock
from portal.accounts.access import PortalRequest, platform_page
from portal.review.pages import review_page
from portal.ui.views import table_page


@platform_page("boost.review")
def review_list(request: PortalRequest) -> HttpResponseBase:
    waiting = Boost.objects.visible_to(request.user).waiting_for_review()
    return table_page(
        request,
        ReviewTable,
        waiting.select_related("note", "merchant").prefetch_related("funding_lines__fund"),
        template="campaigns/review_list.html",
        context={"answer_hours": decisions.ANSWER_WITHIN // timedelta(hours=1)},
    )


@platform_page("boost.review")
def review_detail(request: PortalRequest, pk: int) -> HttpResponseBase:
    visible = Boost.objects.visible_to(request.user)
    boost = get_object_or_404(visible.select_related("note", "merchant", "created_by"), pk=pk)
    form = BoostReviewForm(request.POST or None, initial={"submission": boost.submission})

    def decide(decision: str, field: str, reason: str, submission: int) -> None:
        verb: Callable[..., object] = getattr(decisions, decision)
        told = {"field": field} if decision == "send_back" else {}
        verb(boost, submission=submission, reason=reason, by=request.user, **told)

    return review_page(
        request,
        "campaigns/review_detail.html",
        form,
        decide,
        to="campaigns:review-list",
        context={
            "boost": boost,
            "is_open": boost.status == BoostStatus.SUBMITTED,
            "waiting": decisions.waiting_of(boost, at=clock.now()),
            "lines": boost.funding_lines.select_related("fund"),
            "reviews": boost.reviews.select_related("reviewer").order_by("-pk"),
            "money": money_of(boost.merchant),
            "boost_count": boost.merchant.boosts.count(),
        },
    )
