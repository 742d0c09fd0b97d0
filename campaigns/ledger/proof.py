"""Proving the ledger: read everything again and name each row that breaks a promise."""

from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.db.models import Count, Sum

from campaigns.boosts.models import HOLDING
from campaigns.ledger.models import Account, Transfer

_SQL = (Path(__file__).parent / "proof.sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Broken:
    """One promise that does not hold for one row; `subject` is `<noun>:<id>`."""

    rule: str
    subject: str
    expected_fen: int
    found_fen: int

    def __str__(self) -> str:
        return f"{self.rule}: {self.subject} has {self.found_fen} fen, not {self.expected_fen}"


@dataclass(frozen=True)
class Proof:
    """What `verify` found: totals in fen by account kind, and the first 1000 broken rows."""

    totals_fen: dict[str, int]
    accounts: int
    transfers: int
    broken: list[Broken]


def verify() -> Proof:
    """Prove the ledger's invariants over every row; see `proof.sql` for each of them."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"holding": sorted(HOLDING)})
        broken = [
            Broken(rule, subject, int(expected), int(found))
            for rule, subject, expected, found in cursor.fetchall()
        ]
    kinds = Account.objects.values("kind").annotate(total=Sum("balance_fen"), rows=Count("pk"))
    rows = list(kinds.order_by("kind"))
    return Proof(
        totals_fen={row["kind"]: row["total"] for row in rows},
        accounts=sum(row["rows"] for row in rows),
        transfers=Transfer.objects.count(),
        broken=broken,
    )
