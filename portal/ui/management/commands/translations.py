"""`manage.py translations`: keep the Chinese catalogues in step with the code."""

from typing import Any

from django.core.management import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal import commands
from portal.ui import catalogues


class Command(commands.Command):
    help = "Updates the .po files; --check only looks, --compile writes the .mo files."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("apps", nargs="*", metavar="APP", help="only these, such as merchants")
        parser.add_argument("--check", action="store_true", help="exit 2 when one is incomplete")
        parser.add_argument("--compile", action="store_true", help="write the stale .mo files")

    def handle(
        self, *args: Any, apps: list[str], check: bool, compile: bool, **options: Any
    ) -> None:
        unknown = set(apps) - set(catalogues.APPS)
        if unknown:
            sentence = _("No such app: %(names)s.") % {"names": ", ".join(sorted(unknown))}
            raise CommandError(sentence, returncode=2)
        apps = apps or catalogues.APPS
        if check:
            self._check(apps)
        elif not compile:
            for app in apps:
                catalogues.update(app)
        if compile:
            for path in catalogues.compile_stale():
                self.stdout.write(f"compiled {path}")

    def _check(self, apps: list[str]) -> None:
        found = [one for app in apps for one in catalogues.complaints(app)]
        found += catalogues.disagreements()
        for complaint in found:
            self.stderr.write(str(complaint))
        if found:
            sentence = ngettext(
                "%(count)s message needs care.", "%(count)s messages need care.", len(found)
            )
            raise CommandError(sentence % {"count": len(found)}, returncode=2)
