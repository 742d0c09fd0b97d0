"""What the page of a note, listing, product, store or boost shows of the reports."""

from datetime import timedelta
from typing import cast

from django.db.models import Model
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.boosts.models import Boost, Objective
from campaigns.campaigns.models import Campaign
from merchants.companies.models import Merchant
from portal import clock
from portal.accounts.access import PortalRequest
from portal.shell.objects import Part
from reports.answers import maturity_words
from reports.answers.counted_days import counted_days
from reports.answers.course import course
from reports.answers.cut import Cut, cut, knows
from reports.answers.question import By, TimeBase
from reports.metrics import printing
from reports.metrics import registry as metrics
from reports.metrics.registry import Metric
from reports.metrics.sums import Sums
from reports.pages.object.course import charts_of
from reports.pages.report.figures import Figure, unmeasured
from reports.pages.report.forms import ObjectForm
from reports.pages.report.known import KnownPart


class Numbers:
    """The report cut to one object, over the days that the address asks for, else the newest 30."""

    def __init__(self, found: Cut, form: ObjectForm, row: Model) -> None:
        self.question, self.coverage = found.question, found.coverage
        self.known = KnownPart(found.question, found.coverage)
        # What a boost cost is known before what it brought.
        self.is_empty = found.told is None
        self.doubts = found.doubts
        self.organic = _organic(found, row) if isinstance(row, Boost) else ""
        followed = course(found.facts, row) if isinstance(row, Boost | Campaign) else None
        self.charts = charts_of(followed, found.question) if followed else []
        self.figures = [
            Figure(
                metric,
                printing.text(metric.of(found.told), metric.unit),
                _note(metric, found),
            )
            for metric in found.metrics
        ]
        self.figures += unmeasured(found.metrics)
        self.aim = _aim(row) if isinstance(row, Boost) else ""
        address = reverse("reports:report-detail", args=[found.question.merchant.code])
        of = f"&campaign={row.pk}" if isinstance(row, Campaign) else ""
        self.report_url = f"{address}?{form.address}{of}"
        place = [found.question.merchant.code, found.code, found.pk]
        file = f"{reverse('reports:report-object', args=place)}?{form.address}"
        self.files = [("CSV", f"{file}&export=csv"), ("JSON", f"{file}&export=json")]


def _aim(boost: Boost) -> str:
    """What is to be known of what a boost was asked for, where no source says how it went."""
    if boost.objective != Objective.MESSAGES:
        return ""
    return _("Messages, which this boost is for, are not measured: no source sends them.")


def _organic(found: Cut, boost: Boost) -> str:
    """What the note of a boost brought on the same days without any boost; empty where that is not
    known, or not asked by the day of the touch."""
    facts = found.facts
    is_known = found.question.is_by_touch and found.coverage.has_numbers
    if not (is_known and facts.spending.has_boosts):
        return ""
    sums = facts.credited(By.NOTE, [boost.note_id])
    orders, gmv = map(facts.metric, (metrics.ORGANIC_ORDERS, metrics.ORGANIC_GMV))
    told = {
        "orders": printing.estimated(orders, sums),
        "gmv": printing.estimated(gmv, sums),
    }
    return _(
        "Beside it, on the same days, the note brought %(orders)s credited orders and %(gmv)s of"
        " credited GMV without any boost."
    ) % told  # fmt: skip


def _note(metric: Metric[Sums], found: Cut) -> str:
    """What to know of a number of an object: that it is not connected, shared, or not all."""
    if metric.lacking:
        return _("not connected")
    shared = _("of its notes, shared with what else is on them")
    parts = [shared] if found.by.shares(metric) else []
    is_credit = metric.grain != metrics.READS.grain
    share = maturity_words.share_below_all(found.expected) if is_credit else ""
    counted = str(counted_days(found.facts, metric) or "")
    beside = (printing.beside(metric, found.sums), counted, share)
    return " · ".join(part for part in (*parts, *beside) if part)


def _own_days(row: Boost | Campaign) -> dict[str, str]:
    """A boost and a campaign are asked for their own days that are over, by the day of the touch:
    what they cost and what that brought have one day there."""
    last_on = min(row.ends_on, clock.today() - timedelta(days=1))
    days = {"first_on": row.starts_on.isoformat(), "last_on": last_on.isoformat()}
    return {"time_base": TimeBase.TOUCH.value} | (days if row.starts_on <= last_on else {})


def numbers_of(request: PortalRequest, row: Model) -> Part | None:
    """The numbers of an object for those who may see reports."""
    if "report.view" not in request.may or not knows(row):
        return None
    merchant = cast("Merchant", request.place["merchant"])
    usual = _own_days(row) if isinstance(row, Boost | Campaign) else {}
    form = ObjectForm(merchant, request.GET, **usual)
    if not form.is_valid():
        form = ObjectForm(merchant, QueryDict(), **usual)
        form.is_valid()
    return Part("reports/_object_numbers.html", Numbers(cut(form.question, row), form, row))
