"""`manage.py jobs [--json]`: work that has trouble, why, and when it is tried again."""

import json
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from portal import commands
from portal.jobs.models import Job


class Command(commands.Command):
    help = "Shows open jobs that did not work at once. Exit code 2 when there is one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print the result as JSON.")

    def handle(self, **options: Any) -> None:
        troubled = [_told(job) for job in Job.objects.troubled()]
        if options["json"]:
            self.stdout.write(json.dumps(troubled))
        else:
            for told in troubled:
                self.stdout.write("  ".join(f"{name} {value}" for name, value in told.items()))
        if troubled:
            message = _("%(count)s jobs have trouble and are tried again.")
            raise CommandError(message % {"count": len(troubled)}, returncode=2)


def _told(job: Job) -> dict[str, Any]:
    return {
        "job": job.pk,
        "kind": job.kind,
        "team": job.team_id,
        "state": job.state,
        "cause": job.cause,
        "attempts": job.attempts,
        "setbacks": job.setbacks,
        "next_try_at": job.waits_until and job.waits_until.isoformat(),
        "keeps_trying": job.keeps_trying,
    }
