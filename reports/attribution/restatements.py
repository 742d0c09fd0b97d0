"""What changed of days that were over when they were shown: old numbers, new ones, and why."""

from collections.abc import Iterable
from datetime import date, datetime
from fractions import Fraction
from typing import Self

from django.db import connection, models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from merchants.companies.models import Merchant
from portal import words
from portal.accounts import acts, audit
from portal.accounts.models import Team, User
from reports.attribution.choices import DEFAULT_WINDOW_DAYS
from reports.attribution.models import Run
from reports.attribution.statements import statement
from reports.sources.models import Batch

# The merchant is told of a difference of more than this part of what was shown.
TOLD_FROM = Fraction(1, 100)
CHANGED_AT_ONCE = 1000


class Cause(models.TextChoices):
    """What a day changed by."""

    BATCH = "batch", gettext_lazy("A file")
    ACT = "act", gettext_lazy("An act")
    CODE = "code", gettext_lazy("The way of computing")


# Headline numbers of a report day, under the model and window that reports begin with: credited
# orders in millionths and their value, all orders and their value, touches. Values are fen.
Headline = dict[str, int]


class RestatementQuerySet(models.QuerySet["Restatement"]):
    def visible_to(self, user: User) -> Self:
        """Those of the merchants `user` may see."""
        return self.filter(merchant__in=Merchant.objects.visible_to(user))

    def known_at(self, moment: datetime | None) -> Self:
        """Those of until `moment`; all of them without one."""
        return self if moment is None else self.filter(at__lte=moment)

    def with_reasons(self) -> Self:
        """With the rows a list shows, in one query."""
        return self.select_related("batch__source", "run")


class Restatement(models.Model):
    """One merchant's day: the copy `was_day` was shown, the copy `is_day` took its place at `at`.

    `old` and `new` are their headlines, `samples` what is sampled of the new one, as a report day
    has it: either copy may be thinned, and what was told of it stays. The reason is the last batch
    or act that touched the day since; with neither of them the day was computed by other code.
    """

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="restatements")
    on = models.DateField()
    at = models.DateTimeField()
    run = models.ForeignKey(Run, models.PROTECT, related_name="restatements")
    was_day = models.BigIntegerField()
    is_day = models.BigIntegerField(unique=True)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="+")
    act = models.CharField(max_length=40, blank=True)
    old = models.JSONField()
    new = models.JSONField()
    samples = models.JSONField(default=dict, db_default={})

    objects = RestatementQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["merchant", "-at", "-id"], name="restatement_by_moment"),
            models.Index(fields=["merchant", "on"], name="restatement_of_day"),
        ]

    def __str__(self) -> str:
        return words.day(self.on)

    def audit_team(self) -> Team:
        return self.merchant.team

    @property
    def reason(self) -> str:
        """Why the numbers changed, in words; a file is named to whoever sent it alone."""
        if self.batch is not None:
            name = self.batch.source.name
            if self.batch.merchant_id == self.merchant_id:
                return _("Data of %(source)s: %(file)s") % {
                    "source": name, "file": self.batch.file_name,
                }  # fmt: skip
            return _("Data of %(source)s") % {"source": name}
        return acts.sentence(self.act) if self.act else _("The way of computing changed")

    @property
    def cause(self) -> Cause:
        """Which kind of reason that is; of the code the version is that of `run`."""
        if self.batch_id is not None:
            return Cause.BATCH
        return Cause.ACT if self.act else Cause.CODE

    @property
    def difference(self) -> Headline:
        """By how much each of the headline numbers changed."""
        return {name: new - self.old[name] for name, new in self.new.items() if name in self.old}

    @property
    def ratios(self) -> list[str]:
        """Those of the samples that its new numbers are estimated from."""
        return sorted({ratio for ratios in self.samples.values() for ratio in ratios})

    @property
    def is_large(self) -> bool:
        """Whether one of the headline numbers differs by more than `TOLD_FROM`."""
        return any(
            abs(self.new[name] - self.old[name]) > TOLD_FROM * abs(self.old[name])
            for name in self.old
        )


def headlines(days: Iterable[tuple[int, date]]) -> dict[int, Headline]:
    """The headlines of report days, which have facts and may be drafts: id and day of each."""
    asked = sorted(days)
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _HEADLINES,
            {
                "report_days": [pk for pk, _on in asked],
                "days": [on for _pk, on in asked],
                "first_on": min(on for _pk, on in asked),
                "last_on": max(on for _pk, on in asked),
                "window_days": DEFAULT_WINDOW_DAYS,
            },
        )
        names = [column.name for column in cursor.description or ()][1:]
        return {
            pk: dict(zip(names, map(int, numbers), strict=True))
            for pk, *numbers in cursor.fetchall()
        }


def tell(run: Run) -> None:
    """Say, once for each merchant, which finished days `run` changed by much."""
    # One by one: a run over all merchants may change each of their days.
    found = run.restatements.select_related("merchant__team").order_by("merchant", "on")
    told = None
    for restatement in found.iterator(chunk_size=CHANGED_AT_ONCE):
        if restatement.merchant_id == told or not restatement.is_large:
            continue
        told, team = restatement.merchant_id, restatement.merchant.team
        new = {"changed_on": restatement.on.isoformat()}
        audit.record("restatement.told", restatement, by=None, team=team, new=new)


_HEADLINES = statement("headlines")
