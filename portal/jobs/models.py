"""Jobs: every piece of background work is a row first; a broker message only says "look"."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Team, User


class JobState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Job(models.Model):
    """One piece of work, run to its end exactly once in effect.

    A worker claims it by one conditional UPDATE that raises `fence` and sets a lease; every write
    of a result is conditional on the fence, so a worker that was thought dead cannot overwrite its
    successor. `progress_done` of `progress_total` is what the page shows.
    """

    kind = models.CharField(max_length=60)
    args = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_expires_at = models.DateTimeField(null=True)
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    progress_text = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="jobs")
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["lease_expires_at"],
                condition=models.Q(state__in=["queued", "running"]),
                name="job_open_by_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
