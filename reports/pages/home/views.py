"""Where people arrive: their merchant, the platform, or the form that registers a merchant."""

from django.http import HttpResponseBase
from django.shortcuts import redirect, render

from campaigns.boosts.money import money_for
from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from portal.accounts.access import PortalRequest, person_page, platform_page
from reports.answers.answer import answer
from reports.answers.question import Question, recent
from reports.pages.home import waiting
from reports.pages.home.spent import spent_of
from reports.pages.home.steps import checklist
from reports.pages.report.parts import ReportPage

DAYS = 30


@person_page
def home_any(request: PortalRequest) -> HttpResponseBase:
    """Send everyone to their own place."""
    if request.user.platform_role:
        return redirect("reports:platform-home")
    merchant = Merchant.objects.visible_to(request.user).order_by("pk").first()
    if merchant is None:
        return redirect("merchants:merchant-new")
    return redirect("reports:home-merchant", merchant.code)


@merchant_page("merchant.view")
def home_merchant(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    """Money, the last 30 days, what waits, and the first steps of a new merchant."""
    report = answer(Question(merchant, *recent(days=DAYS)))
    context = {
        "money": money_for(request.may, merchant),
        "steps": checklist(merchant, may=request.may),
        "alerts": waiting.alerts(merchant),
        "page": ReportPage(report),
        "days": DAYS,
        "spent": spent_of(report),
    }
    return render(request, "reports/home_merchant.html", context)


@platform_page("merchant.view")
def home_platform(request: PortalRequest) -> HttpResponseBase:
    """The platform's open work, and the merchants that came last."""
    newest = Merchant.objects.visible_to(request.user).order_by("-pk")[:8]
    context = {"tasks": waiting.tasks(request.user), "merchants": newest}
    return render(request, "reports/home_platform.html", context)
