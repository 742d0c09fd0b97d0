"""`manage.py create_person EMAIL --role ROLE`: a person of the platform."""

import getpass
import os
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, CommandParser
from django.utils.translation import gettext as _

from portal import commands
from portal.accounts import people
from portal.accounts.models import PlatformRole


class Command(commands.Command):
    help = (
        "Makes a platform admin or an account manager. "
        "The password is asked for, or read from NEW_PASSWORD."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument(
            "--role",
            choices=[PlatformRole.ADMIN.value, PlatformRole.ACCOUNT_MANAGER.value],
            required=True,
        )
        parser.add_argument("--name", default="")

    def handle(self, *args: Any, email: str, role: str, name: str, **options: Any) -> None:
        password = os.environ.get("NEW_PASSWORD") or _asked_for()
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from error
        made = people.create(email, password, name=name, platform_role=role)
        self.stdout.write(f"{made.email}: {PlatformRole(role).label}")


def _asked_for() -> str:
    try:
        return getpass.getpass(_("Password: "))
    except EOFError as nobody:
        sentence = _("Nobody is there to type a password: set NEW_PASSWORD.")
        raise CommandError(sentence, returncode=2) from nobody
