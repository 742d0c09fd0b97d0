"""`manage.py statement MERCHANT MONTH`: print what the statement of a month says."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from campaigns.statements import files, giving, months
from campaigns.statements.giving import Given
from merchants.companies.models import Merchant
from portal import commands
from portal.ui.exports import csv_lines
from portal.words import yuan


class Command(commands.Command):
    help = "Print the statement of a merchant for a month. Exit 2 when there is none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("merchant", help="code of the merchant, as in its address")
        parser.add_argument("month", help="the month, as 2026-03")
        parser.add_argument("--format", choices=["table", "csv", "json"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        given = _given(options["merchant"], options["month"])
        if options["format"] == "json":
            self.stdout.write(given.content.decode(), ending="")
        elif options["format"] == "csv":
            for line in csv_lines(files.table(given.drawn, state=given.state)):
                self.stdout.write(line, ending="")
        else:
            self._print(given)

    def _print(self, given: Given) -> None:
        drawn = given.drawn
        self.stdout.write(f"{drawn.company} {drawn.month} · {given.state}")
        self.stdout.write(f"{_('Opening balance')}  {yuan(drawn.opening_fen)}")
        for line in drawn.lines:
            self.stdout.write(
                f"{line.on}  {yuan(line.amount_fen):>16}  {line.reason_label}  {line.note}  "
                f"{line.document}  {line.ledger}"
            )
        self.stdout.write(f"{_('Closing balance')}  {yuan(drawn.closing_fen)}")


def _given(code: str, written: str) -> Given:
    merchant = Merchant.objects.filter(code=code).first()
    month = months.read(written)
    given = giving.give(merchant, month) if merchant and month else None
    if given is None:
        raise CommandError(
            _("“%(code)s” has no statement of “%(month)s”.") % {"code": code, "month": written},
            returncode=2,
        )
    return given
