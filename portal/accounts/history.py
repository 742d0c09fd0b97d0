"""The history of one object, as its page tells it."""

from collections.abc import Sequence

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from portal.accounts import acts, audit
from portal.accounts.models import AuditEntry
from portal.refusals import Change

# The newest acts are what people ask about; the audit log has all of them.
NEWEST = 20


def of(row: Model) -> list[Change]:
    """The newest acts upon `row`, the last one first, in a bounded number of queries."""
    return told(about(row).select_related("actor")[:NEWEST])


def about(row: Model) -> QuerySet[AuditEntry]:
    """All that was done to `row`, the last act first."""
    return AuditEntry.objects.filter(subject__in=audit.names_of(row)).order_by("-pk")


def told(entries: Sequence[AuditEntry] | QuerySet[AuditEntry]) -> list[Change]:
    """Entries as people read them."""
    read = list(entries)
    names = acts.names(read)
    return [
        Change(
            by=str(entry.actor or _("The portal")),
            at=entry.at,
            act=acts.sentence(entry.verb),
            facts=acts.change(entry, names),
            reason=entry.reason,
        )
        for entry in read
    ]
