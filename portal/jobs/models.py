"""Jobs: every piece of background work is a row first; a broker message only says "look"."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal import clock
from portal.accounts.models import Team, User
from portal.choices import Colour, ColouredChoices, StateField


class JobState(ColouredChoices):
    QUEUED = "queued", Colour.AZURE, pgettext_lazy("job", "Waiting")
    RUNNING = "running", Colour.AZURE, pgettext_lazy("job", "Running")
    DONE = "done", Colour.GREEN, _("Done")
    FAILED = "failed", Colour.RED, _("Failed")


# The states of a job that is still to be done.
OPEN = [JobState.QUEUED, JobState.RUNNING]


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: User) -> Self:
        """Jobs `user` started, those of the user's teams; every job for people of the platform."""
        if user.platform_role:
            return self
        return self.filter(
            Q(created_by=user) | Q(team__in=user.memberships.values("team"))
        ).distinct()

    def open(self) -> Self:
        """Jobs that wait or run."""
        return self.filter(state__in=OPEN)

    def running(self) -> Self:
        """Jobs in the hands of a worker that keeps its lease, by the database's clock."""
        return self.filter(state=JobState.RUNNING, lease_expires_at__gt=Now())

    def expired(self) -> Self:
        """Open jobs whose lease has run out, by the database's clock."""
        return self.open().filter(lease_expires_at__lt=Now())


class Job(models.Model):
    """One piece of work, run to its end exactly once in effect.

    A worker claims it by one conditional UPDATE that raises `fence` and sets a lease; every write
    of a result is conditional on the fence, so a worker that was thought dead cannot overwrite its
    successor. `progress_done` of `progress_total` is what the page shows. While queued,
    `lease_expires_at` is when the sweeper publishes the job again.
    """

    kind = models.CharField(max_length=60)
    args = models.JSONField(default=dict)
    state = StateField(JobState, max_length=10, default=JobState.QUEUED)
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_expires_at = models.DateTimeField(null=True)
    progress_done = models.PositiveBigIntegerField(default=0)
    progress_total = models.PositiveBigIntegerField(default=0)
    progress_text = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    # Of the request that asked for it, if one did: the logs of both name it.
    request_id = models.CharField(max_length=64, blank=True)
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="jobs")
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            # Open jobs alone: the sweeper looks every ten seconds, and those that ended pile up.
            models.Index(
                fields=["lease_expires_at"],
                condition=models.Q(state__in=OPEN),
                name="job_open_by_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("jobs:job-progress", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def percent(self) -> int | None:
        """Share of the work that is done, 0 to 100; None while the whole is unknown."""
        if not self.progress_total:
            return None
        return min(100, 100 * self.progress_done // self.progress_total)


class Pulse(models.Model):
    """The one row that says when the schedule was last felt, by the database's clock."""

    felt_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"felt at {self.felt_at}"
