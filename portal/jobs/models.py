"""Jobs: every piece of background work is a row first; a broker message only says "look"."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal import clock
from portal.accounts.models import Team, User
from portal.choices import Colour, ColouredChoices, StateField
from portal.jobs import naming
from portal.jobs.causes import ADVICE, ADVICE_AFTERWARDS, Cause


class JobState(ColouredChoices):
    QUEUED = "queued", Colour.AZURE, pgettext_lazy("job", "Waiting")
    RUNNING = "running", Colour.AZURE, pgettext_lazy("job", "Running")
    DONE = "done", Colour.GREEN, _("Done")
    FAILED = "failed", Colour.RED, _("Failed")


# The states of a job that is still to be done.
OPEN = [JobState.QUEUED, JobState.RUNNING]
_STUMBLED = Q(state__in=OPEN) & (Q(attempts__gt=0) | Q(setbacks__gt=0))
# It was no fault of what was asked: that would be refused, and leaves no cause.
_GAVE_UP = Q(state=JobState.FAILED, cause__gt="")
# For so long the operators see what has ended so; then nobody can do anything about it.
DAYS_SHOWN = 14


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: User) -> Self:
        """Jobs of the teams `user` is in now; every job for people of the platform.

        Who has started one does not matter: he may have left since.
        """
        if user.platform_role:
            return self
        return self.filter(team__in=user.memberships.values("team"))

    def open(self) -> Self:
        """Jobs that wait or run."""
        return self.filter(state__in=OPEN)

    def running(self) -> Self:
        """Jobs in the hands of a worker that keeps its lease, by the database's clock."""
        return self.filter(state=JobState.RUNNING, lease_expires_at__gt=Now())

    def mark_done(self) -> None:
        """Mark these as done; by the database's clock, as any worker may end them."""
        self.update(
            state=JobState.DONE, error="", cause="", waits_until=None, lease_expires_at=None,
            finished_at=Now(), progress_done=F("progress_total"),
        )  # fmt: skip

    def due(self) -> Self:
        """Jobs that a worker may take now: they wait for nothing but a worker."""
        return self.filter(Q(waits_until=None) | Q(waits_until__lte=Now()), state=JobState.QUEUED)

    def free(self) -> Self:
        """Jobs that whoever needs them may do himself: those that are due, and those of a worker
        whose lease is over."""
        left = Q(state=JobState.RUNNING, lease_expires_at__lte=Now())
        return self.filter(Q(pk__in=self.due()) | left)

    def troubled(self) -> Self:
        """Open jobs that did not work at once, those that were tried most often first."""
        return (
            self.filter(_STUMBLED).select_related("team").order_by("-attempts", "-setbacks", "pk")
        )

    def with_trouble(self) -> Self:
        """Those, and the jobs that ended without a result through no fault of what was asked
        within the last DAYS_SHOWN, the newest first."""
        shown = Q(state__in=OPEN) | Q(finished_at__gt=Now() - timedelta(days=DAYS_SHOWN))
        # Each filter by itself: the first is the condition of the index.
        found = self.filter(_STUMBLED | _GAVE_UP).filter(shown)
        return found.select_related("team").order_by("-created_at")


class Job(models.Model):
    """One piece of work, run to its end exactly once in effect.

    A worker claims it by one conditional UPDATE that raises `fence` and sets a lease; every write
    of a result is conditional on the fence, so a worker that was thought dead cannot overwrite its
    successor. `progress_done` of `progress_total` is what the page shows. While queued,
    `lease_expires_at` is when the sweeper publishes the job again.

    `attempts` counts how often the work broke by itself, `setbacks` how often a disk, a database
    or a killed process stopped it, `cause` is the last of these, and nobody takes the job before
    `waits_until`. One that `keeps_trying` is the portal's own: it is never given up.
    """

    kind = models.CharField(max_length=60)
    args = models.JSONField(default=dict)
    state = StateField(JobState, max_length=10, default=JobState.QUEUED)
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    setbacks = models.PositiveIntegerField(default=0)
    cause = models.CharField(max_length=10, choices=Cause, blank=True)
    keeps_trying = models.BooleanField(default=False)
    waits_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=120, blank=True)
    started_at = models.DateTimeField(null=True)
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
            # Whose turn it is: the team whose last job began first.
            models.Index(Coalesce("team", 0), "started_at", name="job_by_turn"),
            # The list of the operators, and the last that ended: few of many.
            models.Index(
                fields=["created_at"], condition=_STUMBLED | _GAVE_UP, name="job_with_trouble"
            ),
            models.Index(
                fields=["finished_at"],
                condition=Q(finished_at__isnull=False),
                name="job_by_its_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} #{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("jobs:job-progress", args=[self.pk])

    def audit_team(self) -> Team | None:
        """The team whose audit page shows what is done to the job; None for the platform's own."""
        return self.team

    @property
    def label(self) -> str | Promise:
        """What people call its kind of work, in the language of whoever reads it."""
        return naming.of(self.kind)

    @property
    def advice(self) -> str:
        """What the operators do about its trouble; empty where it has none."""
        advice = ADVICE if self.is_open else ADVICE_AFTERWARDS
        return str(advice[Cause(self.cause)]) if self.cause else ""

    @property
    def tries(self) -> int:
        """How often it did not work, for whatever cause."""
        return self.attempts + self.setbacks

    @property
    def is_the_portals(self) -> bool:
        """Whether the portal needs it by itself; then it is tried until it is done."""
        return self.keeps_trying or self.created_by_id is None

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
