"""What the commands share: whatever is wrong is one clear line on stderr, and exit code 2."""

from argparse import ArgumentTypeError
from datetime import date
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.refusals import Refusal


class OneLineParser(CommandParser):
    """Says what is wrong with the arguments, without the usage."""

    def error(self, message: str) -> NoReturn:
        if self.called_from_command_line:
            self.exit(2, f"{message}\n")
        raise CommandError(message, returncode=2)


class Command(BaseCommand):
    """A command that ends with the sentence of a Refusal, and with 2, when it is refused."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.__class__ = OneLineParser  # Django lets nobody choose the class.
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except Refusal as refusal:
            raise CommandError(refusal.message, returncode=2) from refusal


def day(text: str) -> date:
    """The type of arguments that are days, for argparse."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"a day is YYYY-MM-DD, not {text!r}") from error
