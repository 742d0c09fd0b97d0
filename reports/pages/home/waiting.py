"""What waits for people when they come in: alerts, and the platform's work."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.boosts.models import Boost, BoostStatus
from merchants.companies.models import Merchant
from merchants.openings.models import ApplicationStatus, OpeningApplication
from merchants.stores.models import Store, StoreStatus
from portal import words
from portal.accounts import permissions
from portal.accounts.models import User
from portal.review import queue
from reports.attribution.models import ReportDay
from reports.attribution.unplaced import Unplaced
from reports.sources.models import Batch, BatchState


@dataclass(frozen=True)
class Alert:
    """Something of the merchant that waits for its people."""

    text: str
    url: str
    icon: str


@dataclass(frozen=True)
class Task:
    """Work of the platform: how many wait, and where."""

    text: str
    count: int
    url: str
    icon: str


def alerts(merchant: Merchant) -> list[Alert]:
    """What was sent back or refused, and days whose numbers are out of date; the newest first."""
    returned = merchant.boosts.filter(status=BoostStatus.RETURNED)
    boosts = returned.select_related("note").defer("note__text")
    stores = merchant.stores.filter(status=StoreStatus.REJECTED)
    sent_back = merchant.applications.filter(status=ApplicationStatus.RETURNED)
    found = [
        *(_returned_boost(boost) for boost in boosts.order_by("-pk")[:5]),
        *(_rejected_store(merchant, store) for store in stores.order_by("-pk")[:5]),
        *(
            _returned_application(merchant, application)
            for application in sent_back.select_related("category").order_by("-pk")[:5]
        ),
    ]
    stale = ReportDay.objects.current().filter(merchant=merchant).exclude(stale_at=None).count()
    if stale:
        text = _("Newer events arrived for %(days)s report days; they wait to be computed again.")
        url = reverse("reports:report-detail", args=[merchant.code])
        found.append(Alert(text % {"days": words.count(stale)}, url, "clock-exclamation"))
    return found


def _returned_boost(boost: Boost) -> Alert:
    text = _("The boost of “%(note)s” was returned. Correct it and submit it again.")
    return Alert(text % {"note": boost.note}, boost.get_absolute_url(), "arrow-back-up")


def _rejected_store(merchant: Merchant, store: Store) -> Alert:
    text = _("The store “%(store)s” was not accepted.") % {"store": store}
    url = reverse("merchants:store-detail", args=[merchant.code, store.pk])
    return Alert(text, url, "building-store")


def _returned_application(merchant: Merchant, application: OpeningApplication) -> Alert:
    text = _("Your application for %(category)s was returned.")
    url = reverse("merchants:application-detail", args=[merchant.code, application.pk])
    return Alert(text % {"category": application.category}, url, "arrow-back-up")


def tasks(user: User) -> list[Task]:
    """The platform's open work that `user` may do."""
    may = permissions.actions(user)
    to_decide = reverse("review:review-list")
    waiting = queue.waiting_for(user, may)
    counts = queue.counts_of(waiting)
    found = [
        Task(str(kind.to_do), counts[kind.code], f"{to_decide}?kind={kind.code}", kind.icon)
        for kind, rows in waiting
    ]
    # Verifying asks for an account manager, so there is one unless he left.
    if "merchant.assign" in may and (alone := Merchant.objects.unattended().count()):
        page = f"{reverse('merchants:merchant-directory')}?care=nobody"
        found.append(Task(_("Merchants without an account manager"), alone, page, "user-question"))
    if "source.manage" in may:
        files = Batch.objects.filter(state=BatchState.FAILED).count()
        page = reverse("reports:batch-list")
        found.append(Task(_("Data files that were refused"), files, page, "database-off"))
    if "source.view" in may:
        ids = Unplaced.objects.values("source", "what", "code").distinct().count()
        page = reverse("reports:unplaced-list")
        found.append(Task(_("Ids in events that belong nowhere"), ids, page, "map-pin-off"))
    return found
