"""The page that takes a file of costs: its template, what it would add, and adding it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from campaigns.costs import files, importing
from campaigns.costs.files import LABELS, MOST_BYTES, MOST_LINES, Column
from campaigns.costs.judging import Verdict
from campaigns.costs.models import Channel, CostKind
from merchants.companies.models import Merchant
from merchants.pages.access import merchant_page
from portal import words
from portal.accounts.access import PortalRequest
from portal.ui.exports import CSV, csv_lines
from portal.ui.forms import form_page, refusals_on
from portal.ui.pages import Head, Link
from portal.uploads.bounds import files_behind_the_door, takes_files

# So many faults stand on the page; a file with more is mended from the top.
MOST_FAULTS = 200
CHECK, ADD = "check", "add"


class CostFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=200,
        allow_empty_file=True,
        help_text=gettext_lazy("CSV in UTF-8 or GB18030, at most 10,000 lines and 4 MB."),
    )
    then = forms.ChoiceField(
        label=pgettext_lazy("costs", "What to do"),
        choices=[
            (CHECK, gettext_lazy("Only look at it: nothing is added")),
            (ADD, gettext_lazy("Add the lines that are right and new")),
        ],
        widget=forms.RadioSelect,
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(most)s. Split it.")
                % {"most": words.file_size(MOST_BYTES)}
            )
        return file


@takes_files(MOST_BYTES)
@merchant_page("cost.edit")
@files_behind_the_door
def cost_file_new(request: PortalRequest, merchant: Merchant) -> HttpResponseBase:
    """A file that is only looked at changes nothing; of one that is added the same page tells the
    lines that were not."""
    if "template" in request.GET:
        return _template()
    form = CostFileForm(request.POST or None, request.FILES or None, initial={"then": CHECK})
    verdict, is_added = None, False
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            verdict = _done(request, merchant, form)
            is_added = form.cleaned_data["then"] == ADD
    url = reverse("campaigns:cost-list", args=[merchant.code])
    if verdict and is_added and not verdict.faults:
        messages.success(request, _told_of(verdict))
        return redirect(url)
    template = Link(_("Template"), "?template=csv", icon="download", is_main=False)
    return form_page(
        request,
        form,
        head=Head(_("Costs of a file"), above=_("Costs from outside"), back=url, links=[template]),
        submit=pgettext("costs", "Go on"),
        cancel_url=url,
        template="campaigns/cost_file_new.html",
        context={
            "verdict": verdict,
            "is_added": is_added,
            "faults": verdict.faults[:MOST_FAULTS] if verdict else [],
            "columns": _told(),
            "most_lines": MOST_LINES,
        },
    )


def _done(request: PortalRequest, merchant: Merchant, form: CostFileForm) -> Verdict:
    file = form.cleaned_data["file"]
    data = file.read()
    if form.cleaned_data["then"] == ADD:
        return importing.add(merchant, data, file_name=file.name or "", by=request.user)
    return importing.check(merchant, data, by=request.user)


def _told_of(verdict: Verdict) -> str:
    return _("Added: %(new)s. There already: %(known)s.") % {
        "new": words.count(len(verdict.new)),
        "known": words.count(verdict.known),
    }


def _template() -> HttpResponseBase:
    answer = HttpResponse("\ufeff" + "".join(csv_lines([[*files.template()]])), content_type=CSV)
    answer["Content-Disposition"] = 'attachment; filename="costs.csv"'
    return answer


def _told() -> list[tuple[str, str, str]]:
    """Each column: its label, its name for programs, and what stands in it."""
    return [(str(LABELS[column]), column.value, str(_MEANINGS[column]())) for column in Column]


def _labels(choices: Any) -> Callable[[], str]:
    return lambda: " · ".join(str(label) for label in choices.labels)


_MEANINGS: dict[Column, Callable[[], object]] = {
    Column.NOTE: lambda: _("Of one note: its id. It may say its campaign as well."),
    Column.BOOST: lambda: _("Of one boost: its id; then without note and campaign."),
    Column.CAMPAIGN: lambda: _("Of a campaign as a whole, or of a note in it: its name."),
    Column.KIND: _labels(CostKind),
    Column.CHANNEL: _labels(Channel),
    Column.DAY: lambda: _("On this day it counts in reports: today or before."),
    Column.AMOUNT: lambda: _("Above zero, with at most two decimals."),
    Column.REFERENCE: lambda: _("May be empty. It tells like costs apart."),
}
