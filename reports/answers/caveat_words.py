"""What is said of the days of an answer, in words: nothing where there is nothing to say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from portal import words
from reports.answers import day_words
from reports.answers.coverage import Coverage, spans
from reports.answers.owing import Short


@dataclass(frozen=True)
class Said:
    """A sentence for people, and the days that are named behind it."""

    text: str
    days: Sequence[date] = ()

    @property
    def spans(self) -> list[tuple[date, date]]:
        return spans(self.days)

    def __str__(self) -> str:
        """All of it in a line."""
        return f"{self.text} {named(self.spans)}" if self.days else self.text


def named(found: Sequence[tuple[date, date]]) -> str:
    """All of the spans, for people."""
    return ", ".join(
        words.day(first) if first == last else words.period(first, last) for first, last in found
    )


def _of_days(days: Sequence[date], said: str | Promise) -> list[Said]:
    """The sentence of as many days, lazy; none of none."""
    return [Said(str(said % {"days": len(days)}), days)] if days else []


def percent(shown: Coverage) -> list[Said]:
    percent = shown.states.percent
    if percent is None:
        return []
    return [Said(_("Data %(percent)s%% there") % {"percent": percent})]


def complete(shown: Coverage) -> list[Said]:
    if not shown.is_whole:
        return []
    days = len(list(shown.states))
    if shown.states.is_final:
        said = ngettext(
            "The day is complete and final", "All %(days)s days are complete and final", days
        )
    else:
        said = ngettext(
            "The day is complete and up to date; orders may still be returned",
            "All %(days)s days are complete and up to date; orders may still be returned",
            days,
        )
    return [Said(said % {"days": days})]


def final_from(shown: Coverage) -> list[Said]:
    said = day_words.until_when(shown)
    return [Said(said)] if said else []


def running(shown: Coverage) -> list[Said]:
    return [
        Said(_("%(day)s is still running: its numbers grow") % {"day": words.day(on)})
        for on in shown.running
    ]


def not_arrived(shown: Coverage) -> list[Said]:
    return _of_days(
        shown.not_arrived,
        ngettext_lazy(
            "%(days)s day without data:",
            "%(days)s days without data:",
            "days",
        ),
    )


def not_computed(shown: Coverage) -> list[Said]:
    return _of_days(
        shown.not_computed,
        ngettext_lazy(
            "%(days)s day not computed:",
            "%(days)s days not computed:",
            "days",
        ),
    )


def stale(shown: Coverage) -> list[Said]:
    return _of_days(
        shown.stale,
        ngettext_lazy(
            "%(days)s day out of date, newer events arrived:",
            "%(days)s days out of date, newer events arrived:",
            "days",
        ),
    )


def missing(shown: Coverage) -> list[Said]:
    return [
        Said(
            _("Not arrived: %(source)s, due by %(due)s:")
            % {"source": one.stream.name, "due": words.instant(one.due_at)},
            one.days,
        )
        for one in shown.states.missing
    ]


def reported(shown: Coverage) -> list[Said]:
    return [
        Said(
            _("Complete as reported by the merchant, not closed by %(source)s:")
            % {"source": one.stream.name},
            one.days,
        )
        for one in shown.states.reported
    ]


def missing_rows(shown: Coverage) -> list[Said]:
    rows = shown.states.missing_rows
    said = ngettext(
        "%(rows)s row is missing in what was sent as whole",
        "%(rows)s rows are missing in what was sent as whole",
        rows,
    )
    return [Said(said % {"rows": rows})] if rows else []


def short(shown: Coverage) -> list[Said]:
    return [
        Said(_short(one) % {"source": one.stream.name, "rows": one.rows}, one.days)
        for one in shown.states.short
    ]


def _short(one: Short) -> str:
    if one.is_of_all:
        return ngettext(
            "%(source)s was called whole; %(rows)s row is missing among all its stores:",
            "%(source)s was called whole; %(rows)s rows are missing among all its stores:",
            one.rows,
        )
    return ngettext(
        "%(source)s was called whole and lacks %(rows)s row:",
        "%(source)s was called whole and lacks %(rows)s rows:",
        one.rows,
    )


def withheld(shown: Coverage) -> list[Said]:
    return _of_days(
        shown.withheld,
        ngettext_lazy(
            "%(days)s day withheld, in no sum or average:",
            "%(days)s days withheld, in no sum or average:",
            "days",
        ),
    )


def suspensions(shown: Coverage) -> list[Said]:
    return [
        Said(_("Withheld (%(why)s):") % {"why": one.sentence}, one.days)
        for one in shown.suspensions
    ]


def without_orders(shown: Coverage) -> list[Said]:
    return _of_days(
        shown.without_orders,
        ngettext_lazy(
            "%(days)s day of which reads have come and orders have not:",
            "%(days)s days of which reads have come and orders have not:",
            "days",
        ),
    )


def not_applicable(shown: Coverage) -> list[Said]:
    days = len(shown.not_applicable)
    said = ngettext(
        "%(days)s day before your first live listing: not applicable",
        "%(days)s days before your first live listing: not applicable",
        days,
    )
    return [Said(said % {"days": days})] if days else []


def restated(shown: Coverage) -> list[Said]:
    return _of_days(
        shown.restated,
        ngettext_lazy(
            "%(days)s day restated since it was over:",
            "%(days)s days restated since they were over:",
            "days",
        ),
    )


def other_code(shown: Coverage) -> list[Said]:
    return _of_days(
        shown.of_other_code,
        ngettext_lazy(
            "%(days)s day computed by an earlier version of the portal, which may count"
            " differently; compute it again:",
            "%(days)s days computed by an earlier version of the portal, which may count"
            " differently; compute them again:",
            "days",
        ),
    )
