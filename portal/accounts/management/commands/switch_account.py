"""`manage.py switch_account EMAIL off|on --reason ...`: who may sign in at all."""

from typing import Any

from django.core.management import CommandParser
from django.utils.translation import gettext as _

from portal import commands
from portal.accounts import people, switching


class Command(commands.Command):
    help = "Switches an account off, or on again. Its person is told by mail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("to", choices=["off", "on"])
        parser.add_argument(
            "--reason", default="", help="Whose account is switched off reads it in the mail."
        )

    def handle(self, *args: Any, email: str, to: str, reason: str, **options: Any) -> None:
        person = people.find(email)
        if to == "off":
            switching.switch_off(person, reason=reason)
            said = _("Nobody signs in as %(email)s any more.")
        else:
            switching.switch_on(person, reason=reason)
            said = _("%(email)s chooses a new password and may sign in again.")
        self.stdout.write(said % {"email": person.email})
