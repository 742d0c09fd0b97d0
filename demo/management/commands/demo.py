"""`manage.py demo`: fill an empty portal with invented merchants and what people did."""

import json
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from demo.people import cast
from demo.story import history, leaving
from demo.story import world as demo
from demo.story.telling import Teller
from merchants.companies.models import Merchant
from portal import clock, commands


class Command(commands.Command):
    help = "Fill an empty portal with the demo world; do nothing when it is there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--merchants", type=int, default=30)
        parser.add_argument("--days", type=int, default=45)
        parser.add_argument("--touchpoints", type=int, default=300_000)
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument(
            "--until", type=commands.day, help="the last day of events (default: yesterday)"
        )
        parser.add_argument("--json", action="store_true", help="print counts, logins and truth")
        parser.add_argument(
            "--take-away", action="store_true", help="end the demo world; nobody of it signs in"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["take_away"]:
            self._take_away(as_json=options["json"])
            return
        leaving.refuse_where_people_work()
        size = demo.Size(
            merchants=options["merchants"],
            days=options["days"],
            touchpoints=options["touchpoints"],
            seed=options["seed"],
            last_on=options["until"] or clock.today() - timedelta(days=1),
        )
        teller = Teller(self.stderr if options["json"] else self.stdout)
        is_new = history.make(size, teller)
        self.stdout.write(_as_json() if options["json"] else _as_text(is_new))

    def _take_away(self, *, as_json: bool) -> None:
        left = asdict(leaving.leave())
        sentence = _(
            "%(people)s people of the demo world can sign in no more, %(listings)s listings have"
            " ended. What the ledger and the audit log say of it stays, and so does what they name:"
            " a site for real work begins with an empty database."
        )
        self.stdout.write(json.dumps(left) if as_json else sentence % left)


def _as_text(is_new: bool) -> str:
    first = _("The demo world is ready.") if is_new else _("The demo world exists already.")
    password = _("The password of every login is %(password)s") % {"password": cast.PASSWORD}
    logins = [f"  {login.email:28} {_(login.role)}" for login in cast.LOGINS]
    return "\n".join([f"{first} {password}", *logins])


def _as_json() -> str:
    known = json.loads(history.truth_path().read_text(encoding="utf-8"))
    return json.dumps(
        {
            "merchants": Merchant.objects.count(),
            "first_on": known["first_on"],
            "last_on": known["last_on"],
            "files": known["files"],
            "truth": str(history.truth_path()),
            "password": cast.PASSWORD,
            # What runs beside the portal, with the arguments of `manage.py`.
            "services": {"adserver": ["adserver"]},
            "logins": {login.email: login.role for login in cast.LOGINS},
        },
        ensure_ascii=False,
        indent=2,
    )
