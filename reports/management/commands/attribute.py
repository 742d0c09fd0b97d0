"""manage.py attribute: compute and publish report days."""

import json
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from merchants.companies.models import Merchant
from portal import commands
from portal.jobs.models import Job, JobState
from portal.jobs.waiting import until_done
from reports.attribution import runs
from reports.attribution.engines import Engine
from reports.attribution.models import Run


class Command(commands.Command):
    help = "Computes and publishes the report days from one day to another, both included."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from", dest="first_on", type=commands.day, required=True, metavar="DAY"
        )
        parser.add_argument("--to", dest="last_on", type=commands.day, required=True, metavar="DAY")
        parser.add_argument(
            "--engine", choices=[each.value for each in Engine], default=Engine.configured()
        )
        parser.add_argument("--merchant", metavar="CODE")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        engine = Engine(options["engine"])
        engine.want()
        run = runs.request(
            first_on=options["first_on"],
            last_on=options["last_on"],
            merchant=_merchant(options["merchant"]),
            by=None,
            engine=engine,
        )
        job = _finished(run)
        if job.state != JobState.DONE:
            raise CommandError(job.error or _("The run was not finished."), returncode=2)
        self._tell(run, as_json=options["json"])

    def _tell(self, run: Run, *, as_json: bool) -> None:
        run.refresh_from_db()
        report_days = run.report_days.count() + run.checked_days.count()
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
            published = _("%(run)s: %(count)s report days published")
            self.stdout.write(published % {"run": run, "count": report_days})


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
        sentence = _("There is no merchant '%(code)s'.") % {"code": code}
        raise CommandError(sentence, returncode=2)
    return merchant
