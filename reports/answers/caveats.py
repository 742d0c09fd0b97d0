"""What is said of the days of an answer at every door: pages and lines in words, CSV in a column,
JSON under a name. The one list of it, so that no door says less than another.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from portal.choices import Colour
from reports.answers import caveat_values as values
from reports.answers import caveat_words as told
from reports.answers.coverage import Coverage
from reports.answers.day_states import DayState


@dataclass(frozen=True)
class Caveat:
    """One statement: its name in JSON, its column in CSV, its colour on pages, and what it says at
    each of them; in words nothing where there is nothing to say."""

    code: str
    column: str | Promise
    colour: Colour
    in_json: Callable[[Coverage], object]
    in_cell: Callable[[Coverage], str | int | None]
    in_words: Callable[[Coverage], list[told.Said]]


def lines(shown: Coverage) -> list[str]:
    """All that is said, a line each."""
    return [str(said) for caveat in CAVEATS for said in caveat.in_words(shown)]


def _yes_or_no(is_so: bool) -> str:
    return pgettext("column", "yes") if is_so else pgettext("column", "no")


def _state(state: DayState) -> str | Promise:
    """The column of a state of days."""
    return format_lazy("{} ({})", state.label, state.value)


CAVEATS = (
    Caveat(
        "completeness_percent", gettext_lazy("Completeness in %"), Colour.GREEN,
        lambda shown: shown.states.percent, lambda shown: shown.states.percent, told.percent,
    ),
    Caveat(
        "is_complete", gettext_lazy("Complete"), Colour.GREEN,
        lambda shown: shown.is_whole, lambda shown: _yes_or_no(shown.is_whole), told.complete,
    ),
    Caveat(
        "final_from", gettext_lazy("All final from"), Colour.AZURE,
        values.final_from, values.final_from, told.final_from,
    ),
    Caveat(
        "running", pgettext_lazy("column", "Still running"), Colour.AZURE,
        lambda shown: values.iso(shown.running), lambda shown: values.in_spans(shown.running),
        told.running,
    ),
    Caveat(
        "not_arrived", _state(DayState.GAP), Colour.RED,
        lambda shown: values.iso(shown.not_arrived),
        lambda shown: values.in_spans(shown.not_arrived), told.not_arrived,
    ),
    Caveat(
        "not_computed", gettext_lazy("Not computed"), Colour.RED,
        lambda shown: values.iso(shown.not_computed),
        lambda shown: values.in_spans(shown.not_computed), told.not_computed,
    ),
    Caveat(
        "stale", gettext_lazy("Out of date"), Colour.YELLOW,
        lambda shown: values.iso(shown.stale), lambda shown: values.in_spans(shown.stale),
        told.stale,
    ),
    Caveat(
        "missing", gettext_lazy("Missing"), Colour.YELLOW,
        values.missing, values.missing_cell, told.missing,
    ),
    Caveat(
        "reported_by_merchant", gettext_lazy("Complete as reported by the merchant"), Colour.AZURE,
        values.reported, values.reported_cell, told.reported,
    ),
    Caveat(
        "missing_rows", gettext_lazy("Missing rows"), Colour.YELLOW,
        lambda shown: shown.states.missing_rows, lambda shown: shown.states.missing_rows,
        told.missing_rows,
    ),
    Caveat(
        "short", gettext_lazy("Called whole with rows missing"), Colour.YELLOW,
        values.short, values.short_cell, told.short,
    ),
    Caveat(
        "without_orders", gettext_lazy("Orders not arrived"), Colour.YELLOW,
        lambda shown: values.iso(shown.without_orders),
        lambda shown: values.in_spans(shown.without_orders), told.without_orders,
    ),
    Caveat(
        "withheld", _state(DayState.WITHHELD), Colour.RED,
        lambda shown: values.iso(shown.withheld), lambda shown: values.in_spans(shown.withheld),
        told.withheld,
    ),
    Caveat(
        "suspensions", gettext_lazy("Withheld because"), Colour.RED,
        lambda shown: [values.suspension(one) for one in shown.suspensions],
        lambda shown: " / ".join(one.sentence for one in shown.suspensions), told.suspensions,
    ),
    Caveat(
        "not_applicable", _state(DayState.NOT_APPLICABLE), Colour.GREY,
        lambda shown: values.iso(shown.not_applicable),
        lambda shown: values.in_spans(shown.not_applicable), told.not_applicable,
    ),
    Caveat(
        "restated", pgettext_lazy("column", "Restated"), Colour.AZURE,
        lambda shown: [values.restatement(one) for one in shown.restatements],
        lambda shown: values.in_spans(shown.restated), told.restated,
    ),
    # A file names the code of each day, so that it is the same whenever it is asked for again.
    Caveat(
        "code_versions", gettext_lazy("Code version"), Colour.GREY,
        values.code_versions, values.code_versions_cell, told.other_code,
    ),
)  # fmt: skip


def columns() -> list[str]:
    """What a CSV calls them."""
    return [str(caveat.column) for caveat in CAVEATS]


def cells(shown: Coverage) -> list[str | int | None]:
    """What a CSV says of them."""
    return [caveat.in_cell(shown) for caveat in CAVEATS]


def in_json(shown: Coverage) -> dict[str, object]:
    """What a JSON says of them."""
    return {caveat.code: caveat.in_json(shown) for caveat in CAVEATS}
