"""Who pays what of a boost, and in which order: the row, and the rule.

Lines pay one after the other. What each has paid is a function of what the boost has cost in all,
so it does not matter in which order, or how often, the cost was told; and when the cost falls, the
line that paid last is the first that gets back.
"""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from django.db import models
from django.db.models import F, Q, QuerySet

from campaigns.boosts.models import Boost
from campaigns.funds.models import DrawOrder, Fund, FundingSource
from campaigns.ledger.models import Account

# A partner's money first, the merchant's own last.
_TURN = {
    FundingSource.PARTNER_GRANT: 1,
    FundingSource.PLATFORM_GRANT: 2,
    FundingSource.MERCHANT_CASH: 3,
}
# What the fund of a line agrees otherwise comes before that.
_AGREED = {DrawOrder.FIRST: 1, DrawOrder.USUAL: 2, DrawOrder.LAST: 3}


class FundingLine(models.Model):
    """A part of a boost's budget and where it comes from. Those of a `submission` sum to it.

    `place` is its turn to pay, from 1, fixed at approval. `account` is where its money is set
    aside, `spent` where it goes when delivery costs it; a line that has one is for good.
    """

    boost = models.ForeignKey(Boost, models.CASCADE, related_name="funding_lines")
    submission = models.PositiveSmallIntegerField(default=1, editable=False)
    place = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    source = models.CharField(max_length=20, choices=FundingSource)
    fund = models.ForeignKey(Fund, models.PROTECT, null=True, blank=True, related_name="+")
    amount_fen = models.BigIntegerField()
    account = models.OneToOneField(
        Account, models.PROTECT, null=True, related_name="held_for", editable=False
    )
    spent = models.OneToOneField(
        Account, models.PROTECT, null=True, related_name="spent_for", editable=False
    )

    class Meta:
        ordering = [F("place").asc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["boost", "submission", "source", "fund"],
                nulls_distinct=False,
                name="funding_line_once_per_source",
            ),
            models.UniqueConstraint(
                fields=["boost", "submission", "place"], name="funding_line_has_its_place"
            ),
            models.CheckConstraint(
                condition=Q(source="merchant_cash", fund=None)
                | (~Q(source="merchant_cash") & Q(fund__isnull=False)),
                name="funding_line_grant_names_its_fund",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="funding_line_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.amount_fen}"

    @property
    def draw_order(self) -> str:
        return self.fund.draw_order if self.fund else DrawOrder.USUAL


class Line(Protocol):
    """What the rule knows of a line."""

    @property
    def pk(self) -> int: ...
    @property
    def source(self) -> str: ...
    @property
    def amount_fen(self) -> int: ...
    @property
    def draw_order(self) -> str: ...


L = TypeVar("L", bound=Line)


def of(boost: Boost) -> "QuerySet[FundingLine]":
    """The lines of what `boost` asks for now, in the order of paying once that is fixed."""
    return boost.funding_lines.filter(submission=boost.asking).select_related("fund__account")


def order(lines: Iterable[L]) -> list[L]:
    """`lines` in the order in which they pay."""

    def turn(line: L) -> tuple[int, int, int]:
        return _AGREED[DrawOrder(line.draw_order)], _TURN[FundingSource(line.source)], line.pk

    return sorted(lines, key=turn)


def paid(lines: Iterable[L], captured_fen: int) -> dict[L, int]:
    """What each of `lines`, which stand in the order of paying, has paid of `captured_fen` (fen).

    What is captured beyond the sum of the lines nobody pays; callers see to it that there is none.
    """
    shares, left_fen = {}, max(captured_fen, 0)
    for line in lines:
        shares[line] = min(left_fen, line.amount_fen)
        left_fen -= shares[line]
    return shares
