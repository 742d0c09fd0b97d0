"""A run in parts: a group of days each, and of very many users a bucket of them (ADR 0130).

The plan is written down with what each part reads, so that whoever computes which part, and however
often, all parts together are one computation. A part is a job of its own; the run's job does
parts, too, while there are some that nobody has begun, and shows all of them in the end.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from portal.jobs import queue
from portal.jobs.models import Job
from reports.attribution import days, due, engine, groups
from reports.attribution.due import Pair
from reports.attribution.groups import Bucket
from reports.attribution.models import Run
from reports.lake import tables as lake

DAYS_PER_GROUP = 10
# What an engine with all the memory it may use computes at a time; with less it is less.
MOST_TOUCHES = 100_000_000
KIND = "attribution.part"


class RunDay(models.Model):
    """A day of a run, and the merchants whose day it computes."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="days")
    on = models.DateField()
    merchants = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "on"], name="run_day_once")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.on}"


class Part(models.Model):
    """Days of a run from first to last, and a bucket of users: number `bucket` of `buckets`.

    One without `job` is computed by the run's own. It is done at `done_at`: its days are drafted,
    or, where there are several buckets, its facts are kept until those of all are added up.
    """

    run = models.ForeignKey(Run, models.CASCADE, related_name="parts")
    first_on = models.DateField()
    last_on = models.DateField()
    bucket = models.PositiveSmallIntegerField(default=0)
    buckets = models.PositiveSmallIntegerField(default=1)
    job = models.OneToOneField(Job, models.SET_NULL, null=True, related_name="part")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "first_on", "bucket"], name="part_once"),
            models.CheckConstraint(
                condition=Q(bucket__lt=models.F("buckets")), name="part_is_one_of_its_buckets"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.first_on} {self.bucket}"

    @property
    def users(self) -> Bucket:
        return Bucket(self.bucket, self.buckets)

    @property
    def versions(self) -> days.Versions:
        return days.Versions(self.run.touchpoints_version or 0, self.run.conversions_version or 0)

    def pairs(self) -> dict[date, set[Pair]]:
        """The merchants' days it computes, by day."""
        found = RunDay.objects.filter(run=self.run_id, on__range=(self.first_on, self.last_on))
        return {day.on: {(merchant, day.on) for merchant in day.merchants} for day in found}


class PartFacts(models.Model):
    """Some of the facts of a part that is one bucket of several, as a Parquet file."""

    part = models.ForeignKey(Part, models.CASCADE, related_name="facts")
    table = models.CharField(max_length=20)
    rows = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.part_id} {self.table}"


def plan(run: Run, pairs: Iterable[Pair]) -> list[Part]:
    """Write down the days and the parts of a run whose versions are known.

    Call it in a transaction. Where there are several parts each is queued as a job.
    """
    of_days: dict[date, list[int]] = defaultdict(list)
    for merchant, on in pairs:
        of_days[on].append(merchant)
    RunDay.objects.bulk_create(
        RunDay(run=run, on=on, merchants=sorted(found)) for on, found in sorted(of_days.items())
    )
    parts = Part.objects.bulk_create(_cut(run, of_days))
    if len(parts) > 1:
        for part in parts:
            part.job = queue.enqueue(
                KIND, args={"part_id": part.pk}, team=_job(run).team, by=_job(run).created_by
            )
        Part.objects.bulk_update(parts, ["job"])
    return parts


def forget(runs: "models.QuerySet[Run] | Iterable[Run]") -> None:
    """What was planned for these runs is over; whoever still computes a part of them writes
    nothing."""
    PartFacts.objects.filter(part__run__in=runs).delete()
    Part.objects.filter(run__in=runs).delete()
    RunDay.objects.filter(run__in=runs).delete()


def sweep() -> None:
    """Forget the parts of runs that have ended without a result."""
    left = Run.objects.exclude(job__in=Job.objects.open())
    forget(left.filter(Q(parts__isnull=False) | Q(days__isnull=False)).distinct())


def _job(run: Run) -> Job:
    assert run.job is not None
    return run.job


def _cut(run: Run, wanted: Iterable[date]) -> Iterator[Part]:
    rows: Counter[date] = Counter()
    # A Spark parts what is too much by itself.
    if run.engine == "duckdb":
        rows = lake.rows("touchpoints", version=run.touchpoints_version)
    for first_on, last_on in due.spans(wanted, most_days=DAYS_PER_GROUP):
        touches = sum(rows[day] for day in days.reach_of(set(due.between(first_on, last_on))))
        of = groups.buckets(touches, most=most_touches())
        for number in range(of):
            yield Part(run=run, first_on=first_on, last_on=last_on, bucket=number, buckets=of)


def most_touches() -> int:
    """So many touches are read at a time on this machine."""
    return MOST_TOUCHES * engine.memory_bytes() // engine.MOST_MEMORY
