"""`manage.py mirror_notes FILE`: take in the community's feed of notes."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from merchants.notes import feeds
from portal.refusals import Refusal


class Command(BaseCommand):
    help = "Mirror the notes of a CSV file: " + ",".join(feeds.COLUMNS)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = feeds.mirror_file(options["file"])
        except Refusal as refusal:
            raise CommandError(refusal.message, returncode=2) from refusal
        self.stdout.write(json.dumps({"notes": count}) if options["json"] else f"{count} notes")
