"""Who is told how work in the background ended: whoever asked for it, while he may see it."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop as _

from portal.accounts.models import AuditEntry, User
from portal.jobs.models import Job
from portal.notices.told import Nobody, Told


def _asker(entry: AuditEntry, job: Any) -> QuerySet[User]:
    # Work of no team is the platform's.
    inside = Q(memberships__team=job.team) if job.team else Q()
    may_see = ~Q(platform_role="") | inside
    return User.objects.filter(may_see, pk=job.created_by_id, is_active=True).distinct()


def _page(job: Job) -> str:
    return job.get_absolute_url()


def _names(job: Job) -> dict[str, object]:
    return {"work": job.label, "why": job.error}


_ENDED = Told(_asker, _("“%(work)s” ended without a result. %(why)s"), page=_page, names=_names)

TABLE: dict[str, Told | Nobody] = {
    "job.failed": _ENDED,
    "job.given_up": _ENDED,
    "job.tried_again": Nobody("whoever waits sees it on the page of the job"),
}
