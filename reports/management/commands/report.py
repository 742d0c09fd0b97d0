"""`manage.py report`: prints what the report page shows."""

from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.management.base import CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from campaigns.campaigns.models import Campaign
from merchants.companies.models import Merchant
from portal import commands, words
from reports.answers import (
    caveats,
    counted_days,
    export,
    maturity_words,
    provenance,
    spend_words,
    worth_words,
)
from reports.answers.answer import Report, answer
from reports.answers.caveat_words import named
from reports.answers.columns import maturity_columns
from reports.answers.coverage import Coverage, spans
from reports.answers.giving import given
from reports.answers.json_file import as_json
from reports.answers.question import By, Question, TimeBase
from reports.attribution.choices import DEFAULT_WINDOW_DAYS, WINDOWS, Model
from reports.metrics import printing
from reports.metrics import registry as metrics
from reports.metrics.registry import Metric
from reports.metrics.sums import Expected, Sums


class Command(commands.Command):
    help = "Print the report of a merchant. Exit 2 when the question cannot be answered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("merchant", help="code of the merchant, as in its address")
        parser.add_argument(
            "--from", dest="first_on", type=commands.day, required=True, help="first day"
        )
        parser.add_argument(
            "--to", dest="last_on", type=commands.day, required=True, help="last day"
        )
        parser.add_argument("--model", choices=Model.values, default=Model.LAST_TOUCH)
        parser.add_argument("--window-days", type=int, choices=WINDOWS, default=DEFAULT_WINDOW_DAYS)
        parser.add_argument("--by", choices=By.values, default=By.NOTE)
        parser.add_argument(
            "--time-base",
            choices=TimeBase.values,
            help="by default the order day, or the touch day of a campaign",
        )
        parser.add_argument(
            "--campaign",
            type=int,
            metavar="NUMBER",
            help="of this campaign alone; its number is in its address",
        )
        parser.add_argument(
            "--as-of",
            type=commands.moment,
            metavar="MOMENT",
            help="as it was given at this moment, which CSV and JSON name",
        )
        parser.add_argument("--format", choices=["table", "csv", "json"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        question = given(_question(options))
        if options["format"] == "json":
            # For programs: what has no name of its own is called the same on every terminal.
            with translation.override(words.ENGLISH):
                self.stdout.write(as_json(answer(question)))
            return
        report = answer(question)
        if options["format"] == "csv":
            for line in export.csv_lines(report, report.rows):
                self.stdout.write(line, ending="")
        else:
            self.stdout.write(_table(report))


def _question(options: dict[str, Any]) -> Question:
    try:
        merchant, number = Merchant.objects.get(code=options["merchant"]), options["campaign"]
        campaign = merchant.campaigns.get(pk=number) if number is not None else None
        usual = TimeBase.TOUCH if campaign else TimeBase.ORDER
        return Question(
            merchant,
            options["first_on"],
            options["last_on"],
            Model(options["model"]),
            options["window_days"],
            By(options["by"]),
            TimeBase(options["time_base"] or usual),
            options["as_of"],
            campaign,
        )
    except Campaign.DoesNotExist:
        sentence = _("The merchant has no campaign %(number)s.") % {"number": options["campaign"]}
        raise CommandError(sentence, returncode=2) from None
    except Merchant.DoesNotExist:
        sentence = _("There is no merchant “%(code)s”.") % {"code": options["merchant"]}
        raise CommandError(sentence, returncode=2) from None


def _table(report: Report) -> str:
    """The rows, their sum, and what the sum is part of, in aligned columns."""
    shown = report.columns
    head: list[str] = [
        str(report.question.by.label),
        *(report.question.by.heading(metric) for metric in shown),
    ]
    of_expected = maturity_columns(report.question)
    head += [metric.name for metric in of_expected]
    rows = [
        [
            row.label.text,
            *_texts(row.sums, [row.metric(metric) for metric in shown]),
            *_expected(row.expected, of_expected),
        ]
        for row in report.rows
    ]
    total = report.told_total
    whole = _expected(report.maturity.whole, of_expected) if of_expected else []
    lines = [head, *rows, [_("Sum of these rows"), *_texts(total, shown), *whole]]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    aligned = ["  ".join(_aligned(line, widths)).rstrip() for line in lines]
    return "\n".join([*aligned, "", _orders(report), _coverage(report)])


def _orders(report: Report) -> str:
    """What the sum is part of."""
    if report.orders is None:
        return " ".join(
            [
                _("All orders, explained by a note or not, are counted by order day alone."),
                _("So are assisted orders, since an order may have touches of several days."),
            ]
        )
    orders = report.orders if report.has_numbers else None
    told = (
        f"{metric.name}: {printing.told(report.metric(metric), orders)}"
        for metric in (*metrics.RECONCILIATION, *metrics.WHOLE)
    )
    return " · ".join(told)


def _expected(expected: Expected, shown: Sequence[Metric[Expected]]) -> list[str]:
    return [maturity_words.told(metric, expected) for metric in shown]


def _texts(sums: Sums | None, shown: Sequence[Metric[Sums]]) -> list[str]:
    return [printing.told(metric, sums) for metric in shown]


def _aligned(line: list[str], widths: list[int]) -> list[str]:
    name, *numbers = line
    return [
        name.ljust(widths[0]),
        *(text.rjust(width) for text, width in zip(numbers, widths[1:], strict=True)),
    ]


def _coverage(report: Report) -> str:
    asked, shown = report.question, report.coverage
    said = _(
        "%(model)s · window %(window)s days · %(base)s · %(computed)s of %(asked)s days computed,"
        " %(stale)s out of date"
    ) % {
        "model": asked.model.label,
        "window": asked.window_days,
        "base": asked.time_base.label,
        "computed": len(shown.report_days),
        "asked": len(shown.asked),
        "stale": len(shown.stale),
    }
    said = f"{said} · {asked.campaign}" if asked.campaign else said
    lines = [said, *maturity_words.sentences(report.maturity), *_states(shown)]
    lines += [*spend_words.sentences(report), *worth_words.sentences(report.facts)]
    lines += [str(doubt.label) for doubt in report.doubts]
    if shown.blank:
        lines.append(_("Not in the sums: %(days)s") % {"days": _spans(shown.blank)})
    if unconnected := [metric.name for metric in report.not_connected]:
        lines.append(_("Not connected: %(metrics)s") % {"metrics": " · ".join(unconnected)})
    lines += [
        _("Counted on some of the days, %(counted)s: %(metrics)s")
        % {"counted": counted, "metrics": " · ".join(names)}
        for counted, names in counted_days.told(report.facts, report.told)
    ]
    return "\n".join(lines)


def _states(shown: Coverage) -> list[str]:
    """Which days have which state, all that is said of them, and of which a sample was sent."""
    lines = [
        f"{state.label}: {_spans(days)}"
        for state in provenance.OTHERS
        if (days := shown.states.of(state))
    ]
    lines += caveats.lines(shown)
    lines += [
        _("%(share)s sample, which is not %(share)s accuracy: %(days)s")
        % {"share": sample.share, "days": named(sample.spans)}
        for sample in shown.samples
    ]
    return lines


def _spans(days: Iterable[date]) -> str:
    return named(spans(days))
