"""What was decided about a subject before, as its page tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.accounts import acts, audit
from portal.accounts.models import AuditEntry, User
from portal.review import reasons
from portal.review.models import Decision
from portal.review.reasons import Reason
from portal.review.subjects import Reviewable


@dataclass(frozen=True)
class Past:
    """One decision: what was done, by whom, when and why."""

    sentence: str
    by: User | None
    at: datetime
    reason: str
    reasons: Sequence[Reason] = ()


def of(subject: Reviewable) -> Sequence[Past]:
    """The decisions about the subject, newest first: of the journal and, from before there was one,
    of the audit log."""
    written = list(Decision.objects.about(subject))
    return [*map(_written, written), *_older(subject, written)]


def _written(row: Decision) -> Past:
    sentence = acts.sentence(f"{row.noun}.{row.verdict}")
    return Past(sentence, row.by, row.at, row.reason, reasons.named(row.noun, row.codes))


def _older(subject: Reviewable, written: Sequence[Decision]) -> Sequence[Past]:
    nouns = audit.nouns_of(type(subject))
    verbs = [f"{noun}.{state}" for noun in nouns for state in subject.DECISIONS]
    entries = AuditEntry.objects.filter(subject__in=audit.names_of(subject), verb__in=verbs)
    if written:
        # What was decided before the oldest of the journal was even asked for.
        entries = entries.filter(at__lt=written[-1].asked_at)
    return [
        Past(acts.sentence(entry.verb), entry.actor, entry.at, entry.reason)
        for entry in entries.select_related("actor").order_by("-pk")
    ]
