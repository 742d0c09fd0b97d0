"""Proving the ledger: read everything again and name each row that breaks a promise.

Each room states its promises in a file of SQL; `add_promises` takes those of the rooms above.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from campaigns.ledger.models import Account, Transfer

MOST_TOLD = 1000

# A subject may break a rule twice, as a transfer does on both of its accounts: it is named once, as
# far as there is room for it.
_ONCE = """
    SELECT DISTINCT ON (rule, subject) rule, subject, expected_fen, found_fen
    FROM (
        SELECT rule, left(subject, 120) AS subject, expected_fen, found_fen
        FROM ([promises]) AS said
    ) AS broken
    ORDER BY rule, subject, expected_fen LIMIT %(most)s
"""
# The files of promises, each with its parameters.
_promises: dict[Path, Mapping[str, list[str] | int]] = {Path(__file__).parent / "proof.sql": {}}


@dataclass(frozen=True)
class Broken:
    """One promise that does not hold for one row, named once; `subject` is `<noun>:<id>`."""

    rule: str
    subject: str
    expected_fen: int
    found_fen: int

    def __str__(self) -> str:
        told = _("%(rule)s: %(subject)s has %(found)s fen, not %(expected)s")
        return told % {
            "rule": self.rule,
            "subject": self.subject,
            "found": self.found_fen,
            "expected": self.expected_fen,
        }


@dataclass(frozen=True)
class Proof:
    """What `verify` found: totals in fen by account kind, and the broken rows that are told."""

    totals_fen: dict[str, int]
    accounts: int
    transfers: int
    broken: list[Broken]


def add_promises(sql: Path, **params: list[str] | int) -> None:
    """Prove what the file `sql` promises, too; called by the site's start for rooms above.

    The file is one SELECT with the grain and columns of `proof.sql`. The names of `params`
    are shared by all files.
    """
    _promises[sql] = params


def verify(*, most: int = MOST_TOLD) -> Proof:
    """Prove every promise over every row, those of `proof.sql` and those added; `most` broken ones
    are told."""
    parts = [f"({path.read_text(encoding='utf-8')})" for path in _promises]
    # One statement, so one snapshot: all that is named is broken at the same moment.
    sql = _ONCE.replace("[promises]", "\nUNION ALL\n".join(parts))
    params: dict[str, Any] = {"most": most}
    for given in _promises.values():
        params.update(given)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        broken = [
            Broken(rule, subject, int(expected), int(found))
            for rule, subject, expected, found in cursor.fetchall()
        ]
    # Read a moment after the proof: the totals may hold moves that it has not seen.
    kinds = Account.objects.values("kind").annotate(total=Sum("balance_fen"), rows=Count("pk"))
    rows = list(kinds.order_by("kind"))
    return Proof(
        totals_fen={row["kind"]: row["total"] for row in rows},
        accounts=sum(row["rows"] for row in rows),
        transfers=Transfer.objects.count(),
        broken=broken,
    )
