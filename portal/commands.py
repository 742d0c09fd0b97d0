"""What the commands share: they speak the terminal's language, and whatever is wrong is one clear
line on stderr, and exit code 2. What they print as JSON is for programs, and the same in both."""

import os
from argparse import ArgumentTypeError
from datetime import date, datetime
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from portal import typed, words
from portal.refusals import Refusal


class OneLineParser(CommandParser):
    """Says what is wrong with the arguments, without the usage.

    Around our sentences argparse puts words of its own, which are English.
    """

    def error(self, message: str) -> NoReturn:
        if self.called_from_command_line:
            self.exit(2, f"{message}\n")
        raise CommandError(message, returncode=2)


def terminal_language() -> str:
    """The language of the terminal, as the first of its variables that is set says."""
    told = filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG")))
    return words.nearest(next(told, None))


class Command(BaseCommand):
    """A command that speaks the language of the terminal.

    When it is refused, it ends with the sentence of the Refusal, and with 2.
    """

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.__class__ = OneLineParser  # Django lets nobody choose the class.
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        # Arguments are read before anything is executed, and they may be wrong.
        with translation.override(terminal_language()):
            super().run_from_argv(argv)

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            with translation.override(terminal_language()):
                return super().execute(*args, **options)
        except Refusal as refusal:
            raise CommandError(refusal.message, returncode=2) from refusal


def day(text: str) -> date:
    """The type of arguments that are days, for argparse."""
    try:
        on = date.fromisoformat(text)
    except ValueError:
        on = None
    if on is None or on.year not in typed.YEARS:
        raise ArgumentTypeError(_("a day is YYYY-MM-DD, not '%(text)s'") % {"text": text})
    return on


def moment(text: str) -> datetime:
    """The type of arguments that are moments with their zone, for argparse."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or at.year not in typed.YEARS:
        raise ArgumentTypeError(
            _("a moment is like 2026-02-01T12:00:00Z, not '%(text)s'") % {"text": text}
        )
    return at
