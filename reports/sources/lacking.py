"""Batches that the database calls taken in and the lake does not hold, as after a lake was put back
from an older copy. They are said by name: a run over such a lake would show days without them."""

import logging

from django.db.models import Q
from django.utils.translation import gettext as _

from portal.health.rounds import Finding
from portal.refusals import Refusal
from reports.events.contract import LAKE_CONTRACTS
from reports.lake import tables as lake
from reports.sources.models import Batch, BatchQuerySet, BatchState

log = logging.getLogger(__name__)

# So many are named in a sentence.
NAMED = 3


class LakeLacksBatches(Refusal):
    """The lake is older than the database."""


class LakeAway(Refusal):
    """The lake does not answer."""


def batches() -> BatchQuerySet:
    """The batches that are newer than the lake's tables, the oldest first."""
    newer = Q()
    for table in LAKE_CONTRACTS:
        newer |= Q(source__events=table, lake_version__gt=lake.newest_version(table))
    return Batch.objects.filter(newer, state=BatchState.COMMITTED).order_by("pk")


def require_none() -> None:
    """Raise LakeLacksBatches, naming some, when there are any."""
    if said := _sentence():
        raise LakeLacksBatches(said)


def require_none_known() -> None:
    """As require_none, for a person who waits: raises LakeAway where the lake does not answer. A
    job fails of that instead, and is tried again."""
    try:
        require_none()
    except OSError as error:
        log.warning("The lake cannot be reached.", exc_info=True)
        raise LakeAway(_away()) from error


def finding() -> Finding:
    """For whoever asks how the site is: how many, without their names."""
    lacking = batches().count()
    return Finding("lacks batches" if lacking else "", {"batches": lacking})


def say_at_start(**signal: object) -> None:
    """The listener of a worker's start: write it into the log."""
    try:
        said = _sentence()
    except OSError as error:
        said = f"{_away()} ({error})"
    if said:
        log.error(said)


def _away() -> str:
    return _(
        "The event lake does not answer, so nothing is computed now. What is computed already is"
        " shown. Whoever runs the site sees it in its health and acts; ask again later."
    )


def _sentence() -> str:
    found = list(batches()[: NAMED + 1])
    if not found:
        return ""
    named = ", ".join(f"{batch.file_name} (#{batch.pk})" for batch in found[:NAMED])
    return _(
        "The lake lacks files that were taken in: %(files)s. It is older than the database. Put the"
        " lake back from a copy of the same time; nothing is computed until then."
    ) % {"files": f"{named}, …" if len(found) > NAMED else named}
