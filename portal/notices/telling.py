"""Telling the people concerned, as the table says, in the transaction of the act itself."""

from typing import Any

from portal.accounts.models import AuditEntry
from portal.notices import verbs
from portal.notices.told import TABLE, Nobody
from portal.states import Stateful


def tell(sender: type, *, entry: AuditEntry, row: Any, **_more: object) -> None:
    """Listen to `acted`: a notice for everyone the table names, but whoever did it.

    Raises LookupError for an act of a noun with states that has no row.
    """
    told = TABLE.get(entry.verb)
    if told is None and isinstance(row, Stateful):
        raise LookupError(f"Nobody has said who is told of {entry.verb!r}.")
    if told is None or isinstance(told, Nobody):
        return
    people = told.audience(entry, row)
    if entry.actor:
        people = people.exclude(pk=entry.actor.pk)
    verbs.notify(people, told.text, url=told.page(row), team=entry.team, **told.names(row))
