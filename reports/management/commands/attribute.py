"""manage.py attribute: compute and publish report days."""

import json
from argparse import ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from merchants.models import Merchant
from portal.jobs.models import Job, JobState
from portal.jobs.waiting import until_done
from portal.refusals import Refusal
from reports.attribution import runs
from reports.models import Run


class Command(BaseCommand):
    help = "Computes and publishes the report days from one day to another, both included."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first_on", type=_day, required=True, metavar="DAY")
        parser.add_argument("--to", dest="last_on", type=_day, required=True, metavar="DAY")
        parser.add_argument("--engine", choices=["duckdb"], default="duckdb")
        parser.add_argument("--merchant", metavar="CODE")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = runs.request(
                first_on=options["first_on"],
                last_on=options["last_on"],
                merchant=_merchant(options["merchant"]),
                by=None,
            )
        except Refusal as refusal:
            raise CommandError(refusal.message, returncode=2) from refusal
        job = _finished(run)
        if job.state != JobState.DONE:
            raise CommandError(job.error or "The run was not finished.", returncode=2)
        self._tell(run, as_json=options["json"])

    def _tell(self, run: Run, *, as_json: bool) -> None:
        run.refresh_from_db()
        report_days = run.report_days.count()
        if as_json:
            said = {
                "run": run.pk,
                "first_on": str(run.first_on),
                "last_on": str(run.last_on),
                "report_days": report_days,
                "touchpoints_version": run.touchpoints_version,
                "conversions_version": run.conversions_version,
                "code_version": run.code_version,
            }
            self.stdout.write(json.dumps(said))
        else:
            self.stdout.write(f"{run}: {report_days} report days published")


def _finished(run: Run) -> Job:
    """The run's job as it ended, in this process or in a worker that was faster."""
    assert run.job
    until_done([run.job])
    return Job.objects.get(pk=run.job.pk)


def _merchant(code: str | None) -> Merchant | None:
    if code is None:
        return None
    merchant = Merchant.objects.filter(code=code).first()
    if merchant is None:
        raise CommandError(f"There is no merchant {code!r}.", returncode=2)
    return merchant


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"a day is YYYY-MM-DD, not {text!r}") from error
