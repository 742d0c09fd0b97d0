"""The history of one object, as its page tells it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.accounts import acts, audit
from portal.accounts.models import AuditEntry

# The newest acts are what people ask about; the audit log has all of them.
NEWEST = 20


@dataclass(frozen=True)
class Line:
    """One act: when, by whom, what was done, what it changed and why."""

    at: datetime
    who: str
    what: str
    change: SafeString
    reason: str


def of(row: Model) -> list[Line]:
    """The newest acts upon `row`, the last one first, in a bounded number of queries."""
    entries = AuditEntry.objects.filter(subject=audit.name_of(row)).select_related("actor")
    newest = list(entries.order_by("-at", "-pk")[:NEWEST])
    names = acts.names(newest)
    return [
        Line(
            entry.at,
            str(entry.actor or _("The portal")),
            acts.sentence(entry.verb),
            acts.change(entry, names),
            entry.reason,
        )
        for entry in newest
    ]
