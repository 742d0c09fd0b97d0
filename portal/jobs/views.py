"""The page of one job: how far it is, and what it said at the end."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from portal.accounts.access import PortalRequest, person_page
from portal.jobs.models import Job


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
