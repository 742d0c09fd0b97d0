"""What audit entries say to people: one name per verb, one per fact, values as they are read.

The app that owns a noun names its verbs and facts, with `register`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import words
from portal.accounts.models import AuditEntry, User

Words = Mapping[str, Promise]
Rows = Mapping[str, tuple[type[models.Model], str]]
# What rows are called, by model, field and key.
Names = Mapping[tuple[type[models.Model], str, Any], str]

# What was done, by verb: `boost.approved`.
VERBS: dict[str, Promise] = {}
# What it changed, by noun and fact: `boost`, `budget_fen`.
FACTS: dict[tuple[str, str], Promise] = {}

# Facts that are the key of a row, with the field that keeps it: read as the row's name.
ROWS: dict[tuple[str, str], tuple[type[models.Model], str]] = {}

# Facts that are a value of a closed set which no field of the noun has: read as its label.
CHOICES: dict[tuple[str, str], type[models.TextChoices]] = {}

# Every move tells the status, whatever the noun.
_OF_EVERY_NOUN: Words = {"status": _("Status")}


def register(
    noun: str,
    verbs: Words,
    facts: Words | None = None,
    rows: Rows | None = None,
    choices: Mapping[str, type[models.TextChoices]] | None = None,
) -> None:
    """Name what may be done to `noun` and the facts its entries keep.

    `rows` says which of the facts are keys of rows, as `{"category": (Category, "code")}`,
    `choices` which are values of a closed set that is no field of the noun.

    Each app names its own nouns in its `acts.py`, from `AppConfig.ready`. A noun that moves through
    states names every status it can move to as a verb. Labels are lazy; suffixes of facts carry
    their unit (`_fen`, `_at`), by which values are printed. Facts are told in the order in which
    they stand here, which is that of the noun's fields.
    """
    for verb, sentence in verbs.items():
        if f"{noun}.{verb}" in VERBS:
            raise ValueError(f"The act {noun}.{verb} is registered twice.")
        VERBS[f"{noun}.{verb}"] = sentence
    for fact, label in {**_OF_EVERY_NOUN, **(facts or {})}.items():
        FACTS[noun, fact] = label
    for fact, row in (rows or {}).items():
        ROWS[noun, fact] = row
    for fact, closed_set in (choices or {}).items():
        CHOICES[noun, fact] = closed_set


def require_words(verb: str, facts: Iterable[str]) -> None:
    """Raise LookupError unless people will be able to read an entry of `verb` about `facts`."""
    if verb not in VERBS:
        raise LookupError(f"No sentence is registered for the act {verb!r}.")
    noun = noun_of(verb)
    for fact in facts:
        if (noun, fact) not in FACTS:
            raise LookupError(f"No label is registered for the fact {fact!r} of {noun!r}.")


def noun_of(verb: str) -> str:
    """`boost` of `boost.approved`."""
    return verb.partition(".")[0]


def choices() -> list[tuple[str, Promise]]:
    """All verbs with their sentences, to choose from."""
    return sorted(VERBS.items())


def sentence(verb: str) -> str:
    """What an entry says was done.

    The log outlives its words: an entry of a verb that is not registered any more says the verb.
    """
    return str(VERBS[verb]) if verb in VERBS else verb


def _label(noun: str, fact: str) -> str:
    """What a fact is called; as `sentence`, entries may be older than the words of today."""
    return str(FACTS[noun, fact]) if (noun, fact) in FACTS else fact


def names(entries: Iterable[AuditEntry]) -> Names:
    """What the rows are called whose keys the entries keep; one query per kind of row."""
    keys: dict[tuple[type[models.Model], str], set[Any]] = defaultdict(set)
    for entry in entries:
        for name, value in (*entry.old.items(), *entry.new.items()):
            row = ROWS.get((noun_of(entry.verb), name))
            if row and _may_be_a_key(row, value):
                keys[row].add(value)
    return {
        (*row, getattr(found, row[1])): str(found)
        for row, wanted in keys.items()
        for found in row[0]._base_manager.filter(**{f"{row[1]}__in": wanted})
    }


def _may_be_a_key(row: tuple[type[models.Model], str], value: Any) -> bool:
    """Whether the fact is of the kind of its key: older entries may name a row otherwise."""
    is_number = isinstance(row[0]._meta.get_field(row[1]), models.IntegerField)
    return type(value) is (int if is_number else str)


def change(entry: AuditEntry, names: Names) -> SafeString:
    """What the act changed, one fact per line: “Status: Draft → Live”, rows by `names`, in the
    order of the noun's fields. Left out is what stayed as it was; a fingerprint is shortened (the
    export has all of it)."""
    lines = []
    for fact in _in_order(entry):
        value = entry.new[fact]
        was = entry.old.get(fact)
        if value == was or (not was and value in {None, ""}):
            continue
        before = f"{_value(entry, fact, entry.old[fact], names)} → " if fact in entry.old else ""
        label = _label(noun_of(entry.verb), fact)
        lines.append((label, gettext(": "), before, _value(entry, fact, value, names)))
    return format_html_join("", "<div>{}{}{}{}</div>", lines)


def _in_order(entry: AuditEntry) -> list[str]:
    """The facts of an entry as they are registered, unknown ones last: PostgreSQL keeps the keys of
    a JSON value by their length."""
    places = {key: place for place, key in enumerate(FACTS)}
    noun = noun_of(entry.verb)
    return sorted(entry.new, key=lambda fact: (places.get((noun, fact), len(places)), fact))


def _value(entry: AuditEntry, name: str, value: Any, names: Names) -> str:
    """A fact as people read it: money in yuan, choices by their label, moments in Shanghai, rows
    by their name; what is nothing reads as a dash."""
    if value is None or value == "":
        return words.NOTHING
    row = ROWS.get((noun_of(entry.verb), name))
    if row and _may_be_a_key(row, value) and (*row, value) in names:
        return names[*row, value]
    closed_set = CHOICES.get((noun_of(entry.verb), name))
    if closed_set and value in closed_set.values:
        return str(closed_set(value).label)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if name == "sha256":
        return f"{str(value)[:12]}…"
    if name.endswith("_fen"):
        return words.yuan(value)
    if isinstance(value, int):
        return words.count(value)
    at: datetime | None = parse_datetime(str(value)) if name.endswith("_at") else None
    if at:
        return words.instant(at)
    return str(_labels(entry.subject.partition(":")[0], name).get(str(value), value))


@cache
def _labels(model_name: str, field: str) -> dict[str, str | Promise]:
    """The labels of the choices of a field; none when it has no choices or there is no field."""
    for model in _models().get(model_name, []):
        try:
            found = model._meta.get_field(field)
        except FieldDoesNotExist:
            continue
        return {str(value): label for value, label in getattr(found, "flatchoices", ())}
    return {}


@cache
def _models() -> dict[str, list[type[models.Model]]]:
    named: dict[str, list[type[models.Model]]] = {}
    for model in apps.get_models():
        named.setdefault(str(model._meta.model_name), []).append(model)
    return named


def announce() -> None:
    """Name the nouns of this app; called once, when the app is ready."""
    register(
        "team",
        {
            "created": _("Team created"),
            "invitation_withdrawn": _("Invitation withdrawn"),
            "invited": _("Member invited"),
            "joined": _("Member joined"),
            "removed": _("Member removed"),
            "role_changed": _("Role changed"),
        },
        {"owner": _("Owner"), "role": _("Role")},
        {"owner": (User, "email")},
    )
    register(
        "user",
        {
            "created": _("Account created"),
            "mails_chosen": _("Mails of notices chosen"),
            "factors_taken_away": _("Second factors taken away"),
            "renamed": _("Name changed"),
            "switched_off": _("Account switched off"),
            "switched_on": _("Account switched on again"),
        },
        {
            "name": _("Name"),
            "platform_role": _("Platform role"),
            "mails_notices": _("Notices by mail"),
        },
    )
