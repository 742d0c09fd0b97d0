"""What a sender says of a file: what it holds, which days it is about, and when it was made.

Everything said is compared with the file or kept on its batch: a key that nobody knows refuses the
file, since it would be dropped in silence.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from portal import clock
from reports.events.contract import MOST_DAYS_AHEAD
from reports.sources.refusal import BatchRefused

MOST_COUNT = 2**63 - 1
MOST_VALUE_FEN = 10**30 - 1
# A statement about a longer period is a slip of the pen: each of its days is a slice of its own.
MOST_DAYS = 366
_MOST_SHOWN = 60


@dataclass(frozen=True)
class Manifest:
    """What was said, checked: `said` is kept as it came, `columns` are those of Batch."""

    said: dict[str, Any]
    columns: dict[str, Any]

    @property
    def says_more(self) -> bool:
        """Whether it says more than what the bytes of the file show."""
        return bool({"period", "produced_at"} & set(self.said))


def checked(manifest: dict[str, Any]) -> Manifest:
    """The manifest of a file. Raises BatchRefused for a key or a form that nobody knows, and for a
    statement that the portal cannot follow.
    """
    for what in manifest:
        if what not in _FORMS:
            raise BatchRefused(
                _("The manifest's key %(what)s is not known. Known are: %(known)s.")
                % {"what": str(what)[:_MOST_SHOWN], "known": ", ".join(_FORMS)}
            )
    for what, value in manifest.items():
        if not _FORMS[what](value):
            raise BatchRefused(
                _("The manifest's %(what)s cannot be read. Write it as %(example)s.")
                % {"what": what, "example": _EXAMPLES[what]}
            )
    said = dict(manifest)
    if "period" in said:
        first_on, last_on = _days(said["period"])
        said["period"] = {"first_on": str(first_on), "last_on": str(last_on)}
    _require_sense(said)
    return Manifest(said, _columns(said))


def _require_sense(said: dict[str, Any]) -> None:
    for what in ("is_whole", "period_rows", "period_value_fen"):
        if said.get(what, False) is not False and "period" not in said:
            raise BatchRefused(
                _(
                    "The manifest's %(what)s says something of a period. Name its days, too:"
                    " %(example)s."
                )
                % {"what": what, "example": _EXAMPLES["period"]}
            )
    if "produced_at" in said:
        latest = clock.now() + timedelta(days=MOST_DAYS_AHEAD)
        if datetime.fromisoformat(said["produced_at"]) > latest:
            raise BatchRefused(_("The manifest's produced_at lies more than a day ahead."))


def _columns(said: dict[str, Any]) -> dict[str, Any]:
    period = said.get("period")
    # Of one file that says nothing of more, its own totals are those of its period.
    total = {} if period is None else {"rows": said.get("rows"), "fen": said.get("value_fen")}
    return {
        "period_first_on": date.fromisoformat(period["first_on"]) if period else None,
        "period_last_on": date.fromisoformat(period["last_on"]) if period else None,
        "is_whole": said.get("is_whole", False),
        "period_rows": said.get("period_rows", total.get("rows")),
        "period_value_fen": said.get("period_value_fen", total.get("fen")),
        "produced_at": (
            datetime.fromisoformat(said["produced_at"]) if "produced_at" in said else None
        ),
    }


def _is_count(said: object) -> bool:
    return isinstance(said, int) and not isinstance(said, bool) and 0 <= said <= MOST_COUNT


def _is_sum(said: object) -> bool:
    return isinstance(said, int) and not isinstance(said, bool) and abs(said) <= MOST_VALUE_FEN


def _is_ratio(said: object) -> bool:
    return isinstance(said, int | float) and not isinstance(said, bool) and 0 < said <= 1


def _is_period(said: object) -> bool:
    """The first and the last day, both included; older senders write them as a list."""
    if isinstance(said, dict):
        if set(said) != {"first_on", "last_on"}:
            return False
    elif not isinstance(said, list) or len(said) != 2:
        return False
    if not all(map(_is_day, said.values() if isinstance(said, dict) else said)):
        return False
    first_on, last_on = _days(said)
    return timedelta(0) <= last_on - first_on < timedelta(days=MOST_DAYS)


def _days(period: dict[str, str] | list[str]) -> tuple[date, date]:
    first, last = (period["first_on"], period["last_on"]) if isinstance(period, dict) else period
    return date.fromisoformat(first), date.fromisoformat(last)


def _is_day(said: object) -> bool:
    try:
        return isinstance(said, str) and date.fromisoformat(said).isoformat() == said
    except ValueError:
        return False


def _is_instant(said: object) -> bool:
    try:
        return isinstance(said, str) and datetime.fromisoformat(said).utcoffset() is not None
    except ValueError:
        return False


_FORMS: dict[str, Callable[[object], bool]] = {
    "rows": _is_count,
    "value_fen": _is_sum,
    "sha256": lambda said: isinstance(said, str),
    "period": _is_period,
    "is_whole": lambda said: isinstance(said, bool),
    "period_rows": _is_count,
    "period_value_fen": _is_sum,
    "produced_at": _is_instant,
    "sampling_ratio": _is_ratio,
}
_EXAMPLES = {
    "rows": '"rows": 1000',
    "value_fen": '"value_fen": 128000',
    "sha256": '"sha256": "9f86d0…"',
    "period": '"period": {"first_on": "2026-01-01", "last_on": "2026-01-31"}',
    "is_whole": '"is_whole": true',
    "period_rows": '"period_rows": 3000',
    "period_value_fen": '"period_value_fen": 384000',
    "produced_at": '"produced_at": "2026-02-01T02:00:00+08:00"',
    "sampling_ratio": '"sampling_ratio": 1',
}
KEYS = tuple(_FORMS)
