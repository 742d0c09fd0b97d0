"""`manage.py mirror_notes FILE`: take in the community's feed of notes."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from merchants.notes import feeds
from portal import commands


class Command(commands.Command):
    help = "Mirror the notes of a CSV file: " + ",".join(feeds.COLUMNS)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--pictures", type=Path, help="the folder of the covers; by default that of the file"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        done = feeds.mirror_file(options["file"], pictures=options["pictures"])
        if options["json"]:
            left = [{"line": one.line, "field": one.field} for one in done.left]
            self.stdout.write(json.dumps({"notes": done.count, "left": left}))
            return
        for one in done.left:
            self.stdout.write(one.said)
        self.stdout.write(_("%(count)s notes") % {"count": done.count})
