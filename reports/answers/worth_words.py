"""What is said of the shares that a number is computed with, wherever it is shown."""

from typing import Any

from django.utils.translation import gettext as _

from portal import words
from reports.answers.facts import Facts


def sentences(facts: Facts) -> list[str]:
    """What is assumed, from which day on, and where it is from; of which days something is not.
    Nothing where nothing is computed with it."""
    if not facts.worth.is_any:
        return []
    said = [_("Assumed: %(shares)s.") % {"shares": _("; ").join(_shares(facts))}]
    unknown = facts.worth.unknown_days
    if unknown:
        days = ", ".join(
            words.day(first) if first == last else words.period(first, last)
            for first, last in unknown
        )
        said.append(
            _("Not all shares are assumed of %(days)s: a sum with orders of these is unknown.")
            % {"days": days}
        )
    return said


def _shares(facts: Facts) -> list[str]:
    return [
        _("%(what)s %(share)s from %(day)s on (%(source)s)")
        % {
            "what": one.get_what_display(),
            "share": one.percent,
            "day": words.day(one.from_on),
            "source": one.source,
        }
        for one in facts.worth.used
    ]


def in_cell(facts: Facts) -> str:
    """The same in a cell of a file: “margin 0.4 2026-01-01 / …”, without what is typed."""
    return " / ".join(f"{one.what} {one.permille}‰ {one.from_on}" for one in facts.worth.used)


def in_json(facts: Facts) -> dict[str, Any]:
    """The same for programs; nothing at all where nothing is computed with it."""
    if not facts.worth.is_any:
        return {}
    return {
        "assumptions": [
            {
                "what": one.what,
                "permille": one.permille,
                "from_on": one.from_on.isoformat(),
                "source": one.source,
                "recorded_at": one.recorded_at.isoformat(),
            }
            for one in facts.worth.used
        ]
    }
