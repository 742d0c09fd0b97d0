"""What a panel says of a fund: who got its money, who was approved, and how soon. ADR 0163.

The unit is the company. It is small for a fund when it sells less in 30 days than the fund calls
small, as the newest round that it asked in has stored it, else as is known now; a company of
unknown size is small, and of a fund without a bound all are.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db import connection

from campaigns.boosts.models import Boost, BoostStatus
from campaigns.funds import sizes
from campaigns.funds.fairness import gini
from campaigns.funds.models import Fund
from portal import clock
from portal.review import speed
from portal.review.models import SIGNED

ASKED = Path(__file__).parent / "asked.sql"
# Fewer answers are no rate: of ten, one more or less is a tenth.
ENOUGH = 30
# Below that share of the rate of large ones small ones are at a disadvantage.
FOUR_FIFTHS = Fraction(4, 5)
# Older journals know boosts that were scheduled as they were approved.
_YES = [*Boost.GRANTED, BoostStatus.SCHEDULED]


@dataclass(frozen=True)
class Asker:
    """What one company asked a fund for in a period, was answered, and got.

    `drawn_fen` is what the fund set aside for its boosts. In rounds, `asked_fen` is what it asked
    for and `got_fen` what was carried out. `waited` are the seconds from asking to each answer.
    """

    fund: int
    company: str
    is_small: bool
    drawn_fen: int
    asked_fen: int
    got_fen: int
    approved: int
    waited: Sequence[int] = field(default_factory=list)


@dataclass(frozen=True)
class Group:
    """Companies that are looked at together: of one size, or all."""

    askers: Sequence[Asker]

    @cached_property
    def drawn_fen(self) -> int:
        return sum(asker.drawn_fen for asker in self.askers)

    @cached_property
    def companies(self) -> int:
        return len({asker.company for asker in self.askers})

    @cached_property
    def in_rounds(self) -> int:
        """How many companies asked in rounds that were carried out."""
        return len({asker.company for asker in self.askers if asker.asked_fen})

    @cached_property
    def in_full(self) -> Fraction | None:
        """The share of them that got all they asked for; None without one."""
        if not self.in_rounds:
            return None
        short = {asker.company for asker in self.askers if asker.got_fen < asker.asked_fen}
        return 1 - Fraction(len(short), self.in_rounds)

    @cached_property
    def answered(self) -> int:
        return sum(len(asker.waited) for asker in self.askers)

    @cached_property
    def approval(self) -> Fraction | None:
        """The share of answers that was a yes; None when there are fewer than ENOUGH."""
        if self.answered < ENOUGH:
            return None
        return Fraction(sum(asker.approved for asker in self.askers), self.answered)

    def waited(self, percent: int) -> timedelta | None:
        """The time in which `percent` per cent of the answers came; None below ENOUGH."""
        if self.answered < ENOUGH:
            return None
        times = [timedelta(seconds=one) for asker in self.askers for one in asker.waited]
        return speed.in_which(times, percent=percent)

    @cached_property
    def gini(self) -> Fraction | None:
        """Of the money by company; None when there is none."""
        got: dict[str, int] = defaultdict(int)
        for asker in self.askers:
            got[asker.company] += asker.drawn_fen
        return gini(list(got.values()))


@dataclass(frozen=True)
class Measured:
    """A fund in a period; without `fund` all of them together."""

    fund: Fund | None
    askers: Sequence[Asker]

    @cached_property
    def all(self) -> Group:
        return Group(self.askers)

    @cached_property
    def small(self) -> Group:
        return Group([asker for asker in self.askers if asker.is_small])

    @cached_property
    def large(self) -> Group:
        return Group([asker for asker in self.askers if not asker.is_small])

    def share(self, group: Group) -> Fraction | None:
        """The share of the money that went to `group`; None when there was none."""
        return Fraction(group.drawn_fen, self.all.drawn_fen) if self.all.drawn_fen else None

    @cached_property
    def parity(self) -> Fraction | None:
        """The approval rate of small companies as a share of that of large ones; None unless both
        have ENOUGH answers, and some large one was approved."""
        small, large = self.small.approval, self.large.approval
        return small / large if small is not None and large else None

    @cached_property
    def is_below(self) -> bool:
        """Whether small companies are at a disadvantage, as far as there is enough to say so."""
        return self.parity is not None and self.parity < FOUR_FIFTHS


def measure(first_on: date, last_on: date) -> list[Measured]:
    """All funds together, then each by itself, in the days from `first_on` to `last_on`."""
    funds = list(Fund.objects.order_by("pk"))
    by_fund: dict[int, list[Asker]] = defaultdict(list)
    for asker in _askers({fund.pk: fund for fund in funds}, first_on, last_on):
        by_fund[asker.fund].append(asker)
    everybody = [asker for askers in by_fund.values() for asker in askers]
    return [
        Measured(None, everybody),
        *(Measured(fund, by_fund.get(fund.pk, [])) for fund in funds),
    ]


def _askers(funds: dict[int, Fund], first_on: date, last_on: date) -> Iterable[Asker]:
    rows = _rows(first_on, last_on)
    is_small = _sizes(funds, [(fund, company) for fund, company, *_more in rows])
    for fund, company, was_small, drawn_fen, asked_fen, got_fen, approved, waited in rows:
        yield Asker(
            fund=fund,
            company=company,
            is_small=is_small(fund, company) if was_small is None else was_small,
            drawn_fen=drawn_fen,
            asked_fen=asked_fen,
            got_fen=got_fen,
            approved=approved,
            waited=list(map(int, waited.split(","))) if waited else [],
        )


def _rows(first_on: date, last_on: date) -> list[tuple[Any, ...]]:
    told: dict[str, Any] = {
        "first_at": clock.start_of(first_on),
        "end_at": clock.start_of(last_on + timedelta(days=1)),
        "granted": list(map(str, _YES)),
        "first_signed": SIGNED,
    }
    with connection.cursor() as cursor:
        cursor.execute(ASKED.read_text(), told)
        return list(cursor.fetchall())


def _sizes(funds: dict[int, Fund], asked: Sequence[tuple[int, str]]) -> Callable[[int, str], bool]:
    """Whether a company is small for a fund, as is known now of those `asked` about."""
    bounded = {company for fund, company in asked if funds[fund].small_below_fen is not None}
    sold = sizes.of_companies(bounded) if bounded else {}

    def is_small(fund: int, company: str) -> bool:
        bound, fen = funds[fund].small_below_fen, sold.get(company)
        return bound is None or fen is None or fen < bound

    return is_small
