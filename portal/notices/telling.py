"""Telling the people concerned, as the table says, in the transaction of the act itself."""

from typing import Any

from portal.accounts.models import AuditEntry
from portal.notices import verbs
from portal.notices.told import TABLE, Told
from portal.states import Stateful


def tell(sender: type, *, entry: AuditEntry, row: Any, **_more: object) -> None:
    """Listen to `acted`: a notice for everyone the table names, but whoever did it.

    Raises LookupError for an act of a noun with states that has no row.
    """
    told = TABLE.get(entry.verb)
    if told is None and isinstance(row, Stateful):
        raise LookupError(f"Nobody has said who is told of {entry.verb!r}.")
    if isinstance(told, Told):
        _tell(told, entry, row)


def _tell(told: Told, entry: AuditEntry, row: Any) -> None:
    people = told.audience(entry, row)
    if entry.actor:
        people = people.exclude(pk=entry.actor.pk)
    if told.otherwise and not people.exists():
        _tell(told.otherwise, entry, row)
    else:
        team = None if told.is_personal else entry.team
        verbs.notify(people, told.text, url=told.page(row), team=team, **told.names(row))
    for other in told.others:
        _tell(other, entry, row)
