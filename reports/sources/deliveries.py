"""A file of an ad server: its rows go to boosts, as posted ones do, not into the lake. ADR 0157.

Each boost's rows of a day are taken in one transaction, under the name of the batch. A worker that
is killed leaves what it took; whoever takes the file up takes the rest, and gets the same outcomes.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from campaigns.delivery import files, hours, posted
from campaigns.delivery.rows import Fault
from campaigns.delivery.taking import Answer, Outcome
from portal.jobs.registry import Claim
from reports.events.child import MERGED
from reports.events.chunk import Rejected
from reports.events.contract import DELIVERIES, Reason
from reports.events.merge import Merged
from reports.events.quarantine import FILE, Quarantine
from reports.sources.models import Batch

# What people read of a row that delivery kept apart; a dict, so that a new fault asks for its
# sentence.
REASONS: dict[Fault, Reason] = {
    Fault.NOT_A_ROW: Reason.BROKEN_RECORD,
    Fault.NOT_A_TEXT: Reason.UNKNOWN_BOOST,
    Fault.NOT_AN_HOUR: Reason.NOT_AN_HOUR,
    Fault.IN_THE_FUTURE: Reason.NOT_AN_HOUR,
    Fault.TOO_OLD: Reason.NOT_AN_HOUR,
    Fault.NOT_A_NUMBER: Reason.OUT_OF_RANGE,
    Fault.NOT_A_FLAG: Reason.NOT_A_FLAG,
    Fault.UNKNOWN_BOOST: Reason.UNKNOWN_BOOST,
    Fault.CONFLICT: Reason.REVISION_TAKEN,
    Fault.REVISION_JUMPS: Reason.REVISION_JUMPS,
}


def take(claim: Claim, batch: Batch, work: Path, parts: dict[str, int]) -> Merged:
    """Take the rows of `parts`, files below `work` with their numbers of rows; what became of them.

    Rows that are kept apart are written behind those that could not be read.
    """
    if batch.source.ad_server is None:
        raise ValueError(f"Source {batch.source.code} has no ad server.")
    message = files.message_of(
        batch.source.ad_server,
        name=f"batch:{batch.pk}",
        sha256=batch.sha256,
        received_at=batch.received_at,
    )
    out, total, outcomes = work / MERGED, sum(parts.values()), Counter[Outcome]()
    out.mkdir(exist_ok=True)
    quarantine = Quarantine(out, before=work / FILE)
    for rows in _by_boost(work, sorted(parts)):
        answers = posted.take_each(message, rows)
        outcomes.update(answer.outcome for answer in answers.values())
        apart = {
            line: answer
            for line, answer in answers.items()
            if answer.outcome == Outcome.QUARANTINED
        }
        quarantine.add([_rejected(line, answer, rows[line]) for line, answer in apart.items()])
        claim.progress(outcomes.total(), total)
    files.count(message, outcomes)
    return Merged({}, duplicate=outcomes[Outcome.DUPLICATE], quarantined=quarantine.close())


def _rejected(line: int, answer: Answer, row: dict[str, Any]) -> Rejected:
    return Rejected(line, answer.field, REASONS[Fault(answer.reason)], hours.written(row))


def _by_boost(work: Path, parts: list[str]) -> Iterator[dict[int, dict[str, Any]]]:
    """Rows as they would be posted, by their lines, the earliest day first: no more at a time than
    a message has, those of a boost one after the other."""
    for part in parts:
        table = pq.read_table(work / part, columns=[*DELIVERIES.names, "line"])
        table = table.sort_by([("boost_id", "ascending"), ("line", "ascending")])
        for rows in table.to_batches(max_chunksize=posted.MOST_ROWS):
            yield {row.pop("line"): _as_posted(row) for row in rows.to_pylist()}


def _as_posted(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "hour": row["hour"].isoformat(), "is_final": bool(row["is_final"])}
