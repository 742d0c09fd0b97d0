"""`manage.py let_in_again EMAIL --reason WHY`: somebody who lost his device and recovery codes."""

from typing import Any

from django.core.management import CommandParser
from django.utils.translation import gettext as _

from portal import commands
from portal.accounts import factors, people


class Command(commands.Command):
    help = (
        "Takes the second factors and recovery codes off an account. "
        "Its person sets up others at the next login, and is told by mail."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument(
            "--reason",
            default="",
            help="How you made sure that it is this person; the audit log keeps it.",
        )

    def handle(self, *args: Any, email: str, reason: str, **options: Any) -> None:
        person = people.find(email)
        factors.take_away(person, reason=reason)
        self.stdout.write(
            _("%(email)s sets up another second factor at the next login.")
            % {"email": person.email}
        )
