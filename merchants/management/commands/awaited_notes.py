"""`manage.py awaited_notes`: accounts that were approved for the feed and brought no note yet."""

import json
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from merchants.notes.models import FeedRequest
from portal import commands, words


class Command(commands.Command):
    help = "List the accounts that the feed is to bring notes of and has not since their approval."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        found = [
            (one.merchant.code, one.account_name, one.decided_at)
            for one in FeedRequest.objects.awaited().select_related("merchant")
        ]
        if options["json"]:
            names = ("merchant", "account", "approved_at")
            told = [dict(zip(names, row, strict=True)) for row in found]
            self.stdout.write(json.dumps(told, default=str))
            return
        for code, account, decided_at in found:
            self.stdout.write(f"{code}\t{account}\t{words.instant(decided_at)}")
        if not found:
            self.stdout.write(_("No account is awaited."))
