"""The page of one job, how far it is and what it said at the end; and the list of trouble."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from portal.accounts.access import PortalRequest, person_page, platform_page
from portal.jobs import verbs
from portal.jobs.forms import GiveUpForm
from portal.jobs.models import DAYS_SHOWN, Job, JobState
from portal.jobs.tables import JobFilter, JobTable
from portal.ui.forms import button, form_page, refusals_on
from portal.ui.pages import Head
from portal.ui.views import table_page


@platform_page("job.manage")
def job_list(request: PortalRequest) -> HttpResponseBase:
    lead = _(
        "Work in the background that did not succeed at once, or ended without a result in the"
        " last %(days)s days."
    ) % {"days": DAYS_SHOWN}
    head = Head(_("Work with trouble"), above=_("Platform"), lead=lead)
    return table_page(request, JobTable, Job.objects.with_trouble(), JobFilter, head=head)


@person_page
def job_progress(request: PortalRequest, pk: int) -> HttpResponse:
    """Page, and the part of it that asks for itself again while the job is open.

    At the end the part reloads the page that holds it, which then shows the result.
    """
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    is_part = bool(request.htmx)
    template = "jobs/_job_progress.html" if is_part else "jobs/job_progress.html"
    response = render(request, template, {"job": job})
    if is_part and not job.is_open:
        response["HX-Refresh"] = "true"
    response["Vary"] = "HX-Request"
    response["Cache-Control"] = "private, no-store"
    return response


def _find(pk: int) -> Job:
    return get_object_or_404(Job.objects.select_related("team"), pk=pk)


job_try = button(
    platform_page("job.manage"),
    _find,
    verbs.try_again,
    done=lambda job: _("It is tried now."),
)


@platform_page("job.manage")
def job_give_up(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The form with the reason, which whoever asked reads."""
    job = _find(pk)
    form = GiveUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            job = verbs.give_up(job, **form.cleaned_data, by=request.user)
            said = _("Given up. Whoever asked for it was told.")
            if job.state == JobState.DONE:
                said = _("It was done already: nothing is given up.")
            messages.success(request, said)
            return redirect(job)
    return form_page(
        request,
        form,
        head=Head(_("Give this work up"), above=str(job), back=job.get_absolute_url()),
        submit=_("Give up"),
        cancel_url=job.get_absolute_url(),
        hint=_("It is not tried any more, and can be asked for anew."),
    )
