"""manage.py attribute_files: attribution of bare files, without any database."""

import json
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from portal import commands
from reports.attribution.bare import attribute_files
from reports.attribution.choices import DEFAULT_WINDOW_DAYS, Model
from reports.attribution.engines import Engine, EngineUnavailable
from reports.attribution.staging import BadInput
from reports.attribution.weights import MAX_WINDOW_DAYS
from reports.events.contract import MAX_VALUE_FEN
from reports.events.declared import MOST_FEN


class Command(commands.Command):
    help = (
        "Computes attribution on bare event files and writes credit.parquet, conversions.parquet "
        "and summary.json. A PATH is a file, a folder or a quoted pattern. Ends with 0 when these "
        "are written, whatever rows were quarantined: the summary counts them."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--touchpoints", required=True, metavar="PATH")
        parser.add_argument("--conversions", required=True, metavar="PATH")
        parser.add_argument("--listings", required=True, metavar="FILE")
        parser.add_argument("--out", required=True, type=Path, metavar="DIR")
        parser.add_argument("--models", type=_models, default=Model.values, metavar="A,B")
        parser.add_argument(
            "--window-days", type=_window, default=DEFAULT_WINDOW_DAYS, metavar="DAYS"
        )
        parser.add_argument(
            "--most-value-fen",
            type=_amount,
            default=MOST_FEN,
            metavar="N",
            help="the largest amount a row may have, in fen (%(default)s)",
        )
        parser.add_argument(
            "--engine", choices=[each.value for each in Engine], default=Engine.configured()
        )
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            summary = attribute_files(
                touchpoints=options["touchpoints"],
                conversions=options["conversions"],
                listings=options["listings"],
                out=options["out"],
                models=options["models"],
                window_days=options["window_days"],
                most_value_fen=options["most_value_fen"],
                master=Engine(options["engine"]).master,
            )
        except (BadInput, EngineUnavailable, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(summary, ensure_ascii=False))
            return
        for name, rows in summary["rows"].items():
            line = _(
                "%(name)s: %(sent)s sent, %(accepted)s accepted, %(duplicate)s duplicate,"
                " %(quarantined)s quarantined"
            )
            self.stdout.write(line % {"name": name, **rows})
        levels = ", ".join(f"{count} {level}" for level, count in summary["matched"].items())
        self.stdout.write(_("matched: %(levels)s") % {"levels": levels})


def _models(text: str) -> tuple[str, ...]:
    asked = text.split(",")
    if unknown := [name for name in asked if name not in Model.values]:
        sentence = _("no model '%(name)s'; there are %(known)s")
        raise ArgumentTypeError(sentence % {"name": unknown[0], "known": ", ".join(Model.values)})
    return tuple(name for name in Model.values if name in asked)


def _window(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MAX_WINDOW_DAYS:
        sentence = _("a window is 1 to %(most)s days, not '%(text)s'")
        raise ArgumentTypeError(sentence % {"most": MAX_WINDOW_DAYS, "text": text})
    return int(text)


def _amount(text: str) -> int:
    if not text.isdecimal() or int(text) > MAX_VALUE_FEN:
        sentence = _("an amount is a whole number of fen up to %(most)s, not '%(text)s'")
        raise ArgumentTypeError(sentence % {"most": MAX_VALUE_FEN, "text": text})
    return int(text)
