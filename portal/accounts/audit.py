"""The verb that every other verb calls: write down what was done."""

from typing import Any, cast

from django.db.models import CharField, Model, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.dispatch import Signal
from django.utils import translation

from portal import words
from portal.accounts import acts
from portal.accounts.models import AuditEntry, Team, User
from portal.accounts.models.audit import MOST_LETTERS
from portal.states import Stateful

# Sent once per audit entry, in the transaction of the act: for every move of a state, and for the
# acts that are none, as a store that is registered. Arguments: `sender`, the class of the row;
# `row`, what was acted upon; `entry`, the AuditEntry, which says who did what and why. As with
# `moved`, a listener that raises fails the act.
acted = Signal()


def record(
    verb: str,
    subject: Model,
    *,
    by: User | None,
    team: Team | None = None,
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """Add one audit entry and tell the listeners of `acted`; call it inside the transaction of the
    act itself.

    `verb` is `<noun>.<verb>`, `subject` the saved model instance, `old` and `new` its facts by
    name. Raises LookupError for an act or a fact without words: the app of the noun names them in
    its `acts.py`.
    """
    acts.require_words(verb, {**(old or {}), **(new or {})})
    entry = AuditEntry.objects.create(
        verb=verb,
        subject=name_of(subject),
        label=_called(subject),
        actor=by,
        team=team,
        old=old or {},
        new=new or {},
        reason=reason,
    )
    acted.send(type(subject), row=subject, entry=entry)
    return entry


def _called(subject: Model) -> str:
    """What the subject is called in Chinese and, where that differs, below it in English: the log
    is read in either language, whatever that of who acted."""
    lines = []
    for language in (words.CHINESE, words.ENGLISH):
        with translation.override(language):
            lines.append(" ".join(str(subject).split("\n"))[:MOST_LETTERS])
    return "\n".join(dict.fromkeys(lines))


def name_of(subject: Model) -> str:
    """What the audit log calls a saved row: `<noun>:<id>`, for instance `boost:12`."""
    return f"{subject._meta.model_name}:{subject.pk}"


def names_of(subject: Model) -> list[str]:
    """`name_of` a row, and what the log called it when its noun was another, if it ever was."""
    return [f"{noun}:{subject.pk}" for noun in nouns_of(subject._meta.model)]


def nouns_of(model: type[Model]) -> list[str]:
    """The noun of a model, and that of before, which its attribute FORMERLY names: rows of it kept
    their keys, and what is only ever added to keeps their old name."""
    formerly = getattr(model, "FORMERLY", "")
    return [str(model._meta.model_name), *([formerly] if formerly else [])]


def outer_name(model: type[Model]) -> Concat:
    """`name_of` the row of `model` around a subquery."""
    return _outer(str(model._meta.model_name))


def outer_names(model: type[Model]) -> list[Concat]:
    """`names_of` the row of `model` around a subquery."""
    return [_outer(noun) for noun in nouns_of(model)]


def _outer(noun: str) -> Concat:
    return Concat(Value(f"{noun}:"), Cast(OuterRef("pk"), CharField()))


def record_move(
    sender: type[Stateful],
    *,
    row: Stateful,
    old: str,
    new: str,
    by: User | None,
    reason: str,
    **_more: object,
) -> None:
    """Listen to `moved`: a move is an act called `<noun>.<new status>`."""
    record(
        f"{row._meta.model_name}.{new}",
        row,
        by=by,
        team=cast("Team | None", row.audit_team()),
        old={"status": old},
        new={"status": new},
        reason=reason,
    )
