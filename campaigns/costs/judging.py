"""What a file of costs would change: which lines are new, which are there, and what is wrong."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import uuid4

from django.db import models
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.boosts.models import Boost
from campaigns.campaigns.models import Campaign
from campaigns.costs.files import LABELS, Column, File, Line
from campaigns.costs.models import SAID, Channel, Cost, CostKind
from campaigns.costs.verbs import UNNUMBERED, Said, fill
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from portal import meaning, typed, words
from portal.accounts.models import User
from portal.refusals import Refusal

T = TypeVar("T", bound=models.TextChoices)
SHOWN_LETTERS = 40

# What to do about a fault, by its column; of the line as a whole, None.
TO_DO: dict[Column | None, Promise] = {
    Column.NOTE: gettext_lazy(
        "Copy the id from the list of notes. In a spreadsheet, make its column text first."
    ),
    Column.BOOST: gettext_lazy("Copy the id from the list of costs or from the boost’s page."),
    Column.CAMPAIGN: gettext_lazy("Write the name as it stands in the list of campaigns."),
    Column.KIND: gettext_lazy("Write one of the kinds that are named below."),
    Column.CHANNEL: gettext_lazy("Write one of the channels that are named below."),
    Column.DAY: gettext_lazy("Write the day as 2026-08-31."),
    Column.AMOUNT: gettext_lazy("Write the amount in yuan, as 1234.56."),
    Column.REFERENCE: gettext_lazy(
        "Leave the line out if it is the same cost; if it is another one, give both numbers of "
        "their own."
    ),
    None: gettext_lazy("Compare the line with the first one, and its quotation marks."),
}
# Where the verbs say that something is wrong, by the field of the form.
_COLUMN_OF = {
    "note": Column.NOTE,
    "boost": Column.BOOST,
    "campaign": Column.CAMPAIGN,
    "on": Column.DAY,
    "amount_fen": Column.AMOUNT,
    "reference": Column.REFERENCE,
}


@dataclass(frozen=True)
class Fault:
    """Why a line is not taken: its number, the column, what stands there, and the reason."""

    line: int
    column: Column | None
    value: str
    reason: str

    @property
    def where(self) -> str:
        return str(LABELS[self.column]) if self.column else words.NOTHING

    @property
    def to_do(self) -> str:
        return str(TO_DO[self.column])


@dataclass
class Verdict:
    """What becomes of the lines of a file: each is `new`, `known` already, or has a fault."""

    unknown: list[str]
    new: list[Cost] = field(default_factory=list)
    known: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def lines(self) -> int:
        return len(self.new) + self.known + len(self.faults)

    @property
    def new_fen(self) -> int:
        """The sum of what is new."""
        return sum(cost.amount_fen for cost in self.new)


class _Wrong(Exception):
    def __init__(self, column: Column | None, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason


def judge(file: File, merchant: Merchant, *, by: User, moment: datetime) -> Verdict:
    """What the file would change now. Adds nothing; a bounded number of queries."""
    verdict = Verdict(file.unknown)
    read = _Reader(file.lines, merchant)
    whole: list[tuple[Line, Cost]] = []
    for line in file.lines:
        cost = Cost(key=uuid4(), merchant=merchant, recorded_by=by, recorded_at=moment)
        try:
            fill(cost, read.said(line))
        except _Wrong as wrong:
            verdict.faults.append(_fault(line, wrong.column, wrong.reason))
        except Refusal as refusal:
            column = _COLUMN_OF.get(refusal.field or "")
            verdict.faults.append(_fault(line, column, refusal.message))
        else:
            whole.append((line, cost))
    there, before = _There(merchant, [cost for _line, cost in whole]), _Before()
    for line, cost in whole:
        try:
            before.check(line, cost)
            if there.has(cost):
                verdict.known += 1
            else:
                verdict.new.append(cost)
        except _Wrong as wrong:
            verdict.faults.append(_fault(line, wrong.column, wrong.reason))
    verdict.faults.sort(key=lambda fault: fault.line)
    return verdict


def _fault(line: Line, column: Column | None, reason: str) -> Fault:
    value = (line.values or {}).get(column, "") if column else ""
    return Fault(line.number, column, value[:SHOWN_LETTERS], reason)


class _Reader:
    """Turns lines into what the verbs take, with what the merchant has."""

    def __init__(self, lines: list[Line], merchant: Merchant) -> None:
        def wanted(column: Column, as_kept: Callable[[str], str]) -> set[str]:
            return {as_kept(line.values.get(column, "")) for line in lines if line.values} - {""}

        ids = meaning.identifier
        notes = merchant.notes.filter(external_id__in=wanted(Column.NOTE, ids))
        boosts = merchant.boosts.filter(external_id__in=wanted(Column.BOOST, ids))
        names = wanted(Column.CAMPAIGN, meaning.line)
        self._notes: dict[str, Note] = {note.external_id: note for note in notes}
        self._boosts: dict[str, Boost] = {boost.external_id: boost for boost in boosts}
        self._campaigns: dict[str, list[Campaign]] = {}
        for campaign in merchant.campaigns.filter(name__in=names):
            self._campaigns.setdefault(campaign.name, []).append(campaign)
        self._kinds, self._channels = _by_any_name(CostKind), _by_any_name(Channel)

    def said(self, line: Line) -> Said:
        """Raises _Wrong for the first thing that cannot be read."""
        if line.values is None:
            raise _Wrong(None, _("The line has more values than the first line has columns."))
        of = line.values
        return {
            "note": self._found(self._notes, of, Column.NOTE),
            "boost": self._found(self._boosts, of, Column.BOOST),
            "campaign": self._campaign(of.get(Column.CAMPAIGN, "")),
            "kind": self._chosen(self._kinds, of, Column.KIND),
            "channel": self._chosen(self._channels, of, Column.CHANNEL),
            "on": _day(of[Column.DAY]),
            "amount_fen": _amount(of[Column.AMOUNT]),
            "reference": of.get(Column.REFERENCE, ""),
        }

    def _found(self, rows: dict[str, Any], of: dict[Column, str], column: Column) -> Any:
        wanted = meaning.identifier(of.get(column, ""))
        if wanted and wanted not in rows:
            raise _Wrong(column, _("You have nothing of this id."))
        return rows.get(wanted)

    def _campaign(self, name: str) -> Campaign | None:
        found = self._campaigns.get(name, [])
        if name and len(found) != 1:
            several = _("Several of your campaigns have this name.")
            raise _Wrong(Column.CAMPAIGN, several if found else _("You have no such campaign."))
        return found[0] if found else None

    def _chosen(self, known: dict[str, T], of: dict[Column, str], column: Column) -> T:
        found = known.get(meaning.key(of[column]))
        if found is None:
            raise _Wrong(column, _("This is none of what may stand here."))
        return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(typed.as_iso(text))
    except ValueError:
        raise _Wrong(Column.DAY, _("This is no day.")) from None


def _amount(text: str) -> int:
    try:
        return typed.fen_of(text)
    except Refusal as refusal:
        raise _Wrong(Column.AMOUNT, refusal.message) from refusal


def _by_any_name(choices: type[T]) -> dict[str, T]:
    """The members by value and by their labels in both languages, as they are meant."""
    known = {meaning.key(member.value): member for member in choices}
    for language in (words.CHINESE, words.ENGLISH):
        with translation.override(language):
            known |= {meaning.key(str(member.label)): member for member in choices}
    return known


def _content(cost: Cost) -> tuple[object, ...]:
    """In what two costs without numbers differ (`models.SAID`)."""
    return (
        cost.note_id, cost.boost_id, cost.campaign_id, str(cost.channel), str(cost.kind), cost.on,
        cost.amount_fen,
    )  # fmt: skip


class _Before:
    """The lines above: none says the same cost again."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._contents: dict[tuple[object, ...], int] = {}
        self._unnumbered: dict[tuple[object, ...], int] = {}

    def check(self, line: Line, cost: Cost) -> None:
        content = _content(cost)
        twin = (
            self._numbers.get(cost.reference_key) or self._unnumbered.get(content)
            if cost.reference_key
            else self._contents.get(content)
        )
        if twin:
            raise _Wrong(
                Column.REFERENCE, _("It says the same cost as line %(line)s.") % {"line": twin}
            )
        self._contents.setdefault(content, line.number)
        if cost.reference_key:
            self._numbers[cost.reference_key] = line.number
        else:
            self._unnumbered[content] = line.number


class _There:
    """What the merchant has said already, in any version: a cost that was corrected since is the
    same cost."""

    def __init__(self, merchant: Merchant, costs: Iterable[Cost]) -> None:
        days = [cost.on for cost in costs] or [date.max]
        numbers = {cost.reference_key for cost in costs} - {""}
        mine = Cost.objects.filter(merchant=merchant)
        near = models.Q(on__range=(min(days), max(days))) | models.Q(reference_key__in=numbers)
        names = ("key", "reference_key", "superseded_at", *(f"{name}_id" for name in SAID[:3]))
        self._contents: dict[tuple[object, ...], set[Any]] = {}
        self._numbers: dict[str, set[Any]] = {}
        counting: dict[Any, str] = {}
        for version in mine.filter(near).only(*names, *SAID[3:]).iterator():
            self._contents.setdefault(_content(version), set()).add(version.key)
            if version.reference_key:
                self._numbers.setdefault(version.reference_key, set()).add(version.key)
            if version.superseded_at is None:
                counting[version.key] = version.reference_key
        # What counts of them may lie on a day that is none of the file's.
        known = set().union(*self._contents.values()) - counting.keys()
        later = mine.current().filter(key__in=known).values_list("key", "reference_key")
        counting |= dict(later)
        self._counting = set(counting)
        self._unnumbered = {key for key, number in counting.items() if not number}

    def has(self, cost: Cost) -> bool:
        """Whether it counts already. Raises _Wrong where it was withdrawn, where its number says
        another cost, or where it may be one that has no number."""
        same = self._contents.get(_content(cost), set())
        if cost.reference_key:
            numbered = self._numbers.get(cost.reference_key, set())
            if (numbered & self._counting) - same:
                raise _Wrong(
                    Column.REFERENCE,
                    _("This number is that of another cost. Correct that on its page."),
                )
            if same & self._unnumbered and not same & numbered:
                raise _Wrong(Column.REFERENCE, str(UNNUMBERED))
            same = same & numbered
        if same & self._counting:
            return True
        if same:
            raise _Wrong(Column.REFERENCE, _("You have withdrawn this cost."))
        return False
