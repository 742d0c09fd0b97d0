"""Report days that are computed and not shown yet: their facts wait under the id they will have.

A draft is copied beside everything else, without the turn; `swap` shows it. What no run will show
any more, and what was replaced, is swept.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings
from django.db import connection, models, transaction

from merchants.companies.models import Merchant
from portal import clock
from portal.jobs.models import Job
from reports.attribution import day_sums, restatements
from reports.attribution.content import Contents
from reports.attribution.days import Rows
from reports.attribution.due import Pair
from reports.attribution.models import ReportDay, ReportDayQuerySet, Run
from reports.attribution.publish import FACTS, SUMS, Places, copy
from reports.attribution.ratios import Ratios
from reports.attribution.ruled import ruled
from reports.attribution.statements import statement

# Facts that nobody shows any more are kept so long for whoever is reading them.
KEPT = timedelta(hours=1)
SWEPT_AT_ONCE = 500
_THINNED = statement("thinned")


class Draft(models.Model):
    """A report day to be: the id it will have, and what its facts say.

    One without `report_day_id` has facts that are equal to those that were shown when it was made:
    it writes none. One without `run` is nobody's: its facts are deleted. `samples` are the ratios
    of a sampled day, as a report day has them. Where it changes a day
    that was over, `was_day` is the report day that is shown, `old` and `new` are both headlines.
    """

    run = models.ForeignKey(Run, models.CASCADE, null=True, related_name="drafts")
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="+")
    on = models.DateField()
    report_day_id = models.BigIntegerField(null=True)
    content = models.CharField(max_length=32)
    seen = models.BigIntegerField()
    was_day = models.BigIntegerField(null=True)
    samples = models.JSONField(default=dict, db_default={})
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["run", "on"], name="draft_of_run")]

    def __str__(self) -> str:
        return f"{self.merchant_id} {self.on}"


def write(
    run: Run, facts: Iterable[Rows], contents: Contents, *, pairs: Iterable[Pair], seen: int
) -> None:
    """Draft the merchants' days `pairs`: those whose facts changed have them copied.

    Call it in a transaction.
    """
    pairs = sorted(pairs, key=lambda pair: (pair[1], pair[0]))
    rules = ruled(pairs)
    for pair, of_tables in rules.items():
        contents.rule(pair, of_tables)
    shown = {(day.merchant_id, day.on): day for day in _shown(pairs)}
    changed = [
        pair for pair in pairs if pair not in shown or contents.of(pair) != shown[pair].content
    ]
    ids = dict(zip(changed, _new_ids(len(changed)), strict=True))
    drafted = [
        Draft(
            run=run, merchant_id=pair[0], on=pair[1], report_day_id=ids.get(pair),
            content=contents.of(pair), seen=seen,
        )
        for pair in pairs
    ]  # fmt: skip
    added = [ReportDay(pk=pk, merchant_id=m, on=on) for (m, on), pk in ids.items()]
    places, samples = Places(added), Ratios(rules)
    for name, batch in facts:
        copy(name, places.of(name, batch))
        samples.add(name, batch)
    day_sums.add(added)
    for draft in drafted:
        draft.samples = samples.of((draft.merchant_id, draft.on))
    _compare(drafted, shown)
    Draft.objects.bulk_create(drafted, batch_size=5000)


def _shown(pairs: list[Pair]) -> ReportDayQuerySet:
    merchants, days = {merchant for merchant, _on in pairs}, {on for _merchant, on in pairs}
    return ReportDay.objects.current().filter(merchant__in=merchants, on__in=days)


def _compare(drafted: list[Draft], shown: dict[Pair, ReportDay]) -> None:
    """Write down old and new headlines of days that were over when they were published."""
    for draft in drafted:
        was = shown.get((draft.merchant_id, draft.on))
        if draft.report_day_id and was and clock.day_of(was.published_at) > draft.on:
            draft.was_day = was.pk
    changed = [draft for draft in drafted if draft.was_day]
    ids = [(pk, draft.on) for draft in changed for pk in (draft.was_day, draft.report_day_id) if pk]
    found = restatements.headlines(ids)
    for draft in changed:
        draft.old, draft.new = found[draft.was_day or 0], found[draft.report_day_id or 0]


def discard(run: Run, first_on: date, last_on: date) -> None:
    """What an attempt that was lost has drafted of these days is nobody's."""
    left = Draft.objects.filter(run=run, on__range=(first_on, last_on))
    left.update(run=None, since=clock.now() - KEPT)


def sweep() -> int:
    """Delete facts that are nobody's; of how many report days."""
    Draft.objects.filter(run__isnull=False).exclude(run__job__in=Job.objects.open()).update(
        run=None
    )
    swept = 0
    while found := list(
        Draft.objects.filter(run=None, since__lte=clock.now() - KEPT)[:SWEPT_AT_ONCE]
    ):
        with transaction.atomic():
            days = {draft.on for draft in found}
            ids = {draft.report_day_id for draft in found if draft.report_day_id}
            for model in (*FACTS.values(), *SUMS):
                model._default_manager.filter(on__in=days, report_day_id__in=ids).delete()
            Draft.objects.filter(pk__in=[draft.pk for draft in found]).delete()
        swept += len(found)
    return swept


def thin() -> int:
    """Of old copies that nobody was given keep the last of each business day; how many went."""
    now = clock.now()
    asked = {"before": now - timedelta(days=settings.RESTATEMENT_DAYS), "at": now}
    with transaction.atomic(), connection.cursor() as cursor:
        ReportDay.objects.take_turn()
        cursor.execute(_THINNED, asked)
        return int(cursor.rowcount)


def _new_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('reports_reportday', 'id'))"
            " FROM generate_series(1, %s)",
            [count],
        )
        return [pk for (pk,) in cursor.fetchall()]
