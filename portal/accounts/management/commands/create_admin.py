"""`manage.py create_admin EMAIL`: the first platform admin of a new site."""

import getpass
import os
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from portal.accounts import people
from portal.accounts.models import PlatformRole, User


class Command(BaseCommand):
    help = "Makes a platform admin. The password is asked for, or read from ADMIN_PASSWORD."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="")

    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        email = email.lower()
        if User.objects.filter(email=email).exists():
            raise CommandError(f"{email} has an account already.", returncode=2)
        password = os.environ.get("ADMIN_PASSWORD") or getpass.getpass("Password: ")
        try:
            validate_email(email)
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from error
        people.create(email, password, name=name, platform_role=PlatformRole.ADMIN)
        self.stdout.write(f"{email} is a platform admin.")
