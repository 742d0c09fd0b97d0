"""What the page of a note, listing, product, store or boost shows of the reports."""

from dataclasses import dataclass
from typing import cast

from django.db.models import Model
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from merchants.companies.models import Merchant
from portal.accounts.access import PortalRequest
from portal.shell.objects import Part
from reports.answers import maturity_words
from reports.answers.counted_days import counted_days
from reports.answers.cut import Cut, cut, knows
from reports.metrics import printing
from reports.metrics import registry as metrics
from reports.metrics.registry import Metric
from reports.metrics.sums import Sums
from reports.pages.report.forms import QuestionForm


@dataclass(frozen=True)
class Figure:
    """One number of an object."""

    metric: Metric[Sums]
    text: str
    note: str


class Numbers:
    """The report cut to one object, over the days that the address asks for, else the newest 30."""

    def __init__(self, found: Cut, form: QuestionForm) -> None:
        self.question, self.coverage = found.question, found.coverage
        self.is_empty = not found.coverage.has_numbers
        self.doubts = found.doubts
        self.figures = [
            Figure(
                metric,
                printing.text(metric.of(found.sums), metric.unit),
                _note(metric, found),
            )
            for metric in found.metrics
        ]
        address = reverse("reports:report-detail", args=[found.question.merchant.code])
        self.report_url = f"{address}?{form.address}"
        place = [found.question.merchant.code, found.code, found.pk]
        file = f"{reverse('reports:report-object', args=place)}?{form.address}"
        self.files = [("CSV", f"{file}&export=csv"), ("JSON", f"{file}&export=json")]


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


def numbers_of(request: PortalRequest, row: Model) -> Part | None:
    """The numbers of an object for those who may see reports."""
    if "report.view" not in request.may or not knows(row):
        return None
    merchant = cast("Merchant", request.place["merchant"])
    form = QuestionForm(merchant, request.GET)
    if not form.is_valid():
        form = QuestionForm(merchant, QueryDict())
        form.is_valid()
    return Part("reports/_object_numbers.html", Numbers(cut(form.question, row), form))
