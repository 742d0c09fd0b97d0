"""How a round divides a fund among those who asked: max-min, in whole fen. ADR 0145.

The unit is the company: its requests are summed, so that splitting them gains nothing. The company
that gets least gets as much as can be; then the next, and so on. What a company gets is divided
among its merchants, and what a merchant gets among its requests, by the same rule. Small companies
together get at least the reserve, as far as they ask for it. Pure: the same inputs give the same
fen, today and when somebody asks again in a year.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, TypeVar

K = TypeVar("K", bound=Hashable)

# Stored with what a round was given; changed whenever the same inputs would give other fen.
RULE = 1


@dataclass(frozen=True)
class Request:
    """`asked_fen` for one boost. `pk` tells requests apart; `company` is the same for all merchants
    of a company, and so is `is_small`."""

    pk: int
    merchant: int
    company: str
    is_small: bool
    asked_fen: int


@dataclass(frozen=True)
class Inputs:
    """All that the outcome rests on.

    `fund_fen` is there to be given, `reserve_permille` of it is kept for small companies. A
    merchant or a company that is named in `merchants_left_fen` or `companies_left_fen` gets at most
    that much more of the fund. `seed` decides who gets the last fen.
    """

    fund_fen: int
    reserve_permille: int
    seed: str
    requests: tuple[Request, ...]
    merchants_left_fen: Mapping[int, int]
    companies_left_fen: Mapping[str, int]

    def stored(self) -> dict[str, Any]:
        """As JSON keeps it, which knows keys of text alone."""
        told = asdict(self)
        merchants = self.merchants_left_fen.items()
        return {
            **told,
            "requests": [asdict(request) for request in self.requests],
            "merchants_left_fen": {str(merchant): left_fen for merchant, left_fen in merchants},
        }

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Inputs":
        """What `stored` was made of."""
        merchants = stored["merchants_left_fen"].items()
        return cls(
            **{
                **stored,
                "requests": tuple(Request(**request) for request in stored["requests"]),
                "merchants_left_fen": {int(merchant): left_fen for merchant, left_fen in merchants},
            }
        )


def allocate(inputs: Inputs) -> dict[int, int]:
    """What each request gets (fen), by its `pk`; 0 is an answer, too."""
    merchants = _grouped(inputs.requests, lambda request: request.merchant)
    companies = _grouped(inputs.requests, lambda request: request.company)
    of_merchant = {
        merchant: _at_most(sum(r.asked_fen for r in asked), inputs.merchants_left_fen.get(merchant))
        for merchant, asked in merchants.items()
    }
    of_company = {
        company: _at_most(
            sum(of_merchant[merchant] for merchant in {r.merchant for r in asked}),
            inputs.companies_left_fen.get(company),
        )
        for company, asked in companies.items()
    }
    small = {company for company, asked in companies.items() if asked[0].is_small}
    given: dict[int, int] = {}
    for company, company_fen in _with_reserve(inputs, of_company, small).items():
        own = {request.merchant: of_merchant[request.merchant] for request in companies[company]}
        for merchant, merchant_fen in level(company_fen, own, inputs.seed).items():
            each = {request.pk: request.asked_fen for request in merchants[merchant]}
            given.update(level(merchant_fen, each, inputs.seed))
    return {request.pk: given[request.pk] for request in inputs.requests}


def level(total_fen: int, most_fen: Mapping[K, int], seed: str) -> dict[K, int]:
    """Divide `total_fen` so that nobody gets more than `most_fen`, and the least as much as can be.

    Everybody gets up to the same level. What is left below one fen each goes, a fen each, to those
    who could take more, in an order that `seed` makes.
    """
    given: dict[K, int] = {}
    waiting = sorted(most_fen, key=lambda key: most_fen[key])
    left_fen = total_fen
    while waiting:
        each_fen = left_fen // len(waiting)
        lowest = waiting[0]
        if most_fen[lowest] > each_fen:
            # Nobody who waits is satisfied by the level, so each could take one fen more.
            lucky = sorted(waiting, key=lambda key: _lot(seed, key))
            more = left_fen - each_fen * len(waiting)
            given |= {key: each_fen + (turn < more) for turn, key in enumerate(lucky)}
            break
        given[lowest] = most_fen[lowest]
        left_fen -= most_fen[lowest]
        waiting = waiting[1:]
    return given


def reserve_fen(inputs: Inputs, small_ask_fen: int) -> int:
    """What small companies get together at least, when they ask for `small_ask_fen`."""
    return min(inputs.fund_fen * inputs.reserve_permille // 1000, small_ask_fen)


def _with_reserve(inputs: Inputs, most: Mapping[str, int], small: set[str]) -> dict[str, int]:
    """What each company gets. When the level alone gives small ones less than the reserve, they
    divide the reserve and the others the rest."""
    given = level(inputs.fund_fen, most, inputs.seed)
    kept = reserve_fen(inputs, sum(most[company] for company in small))
    if sum(given[company] for company in small) >= kept:
        return given
    of_small = {company: fen for company, fen in most.items() if company in small}
    of_large = {company: fen for company, fen in most.items() if company not in small}
    return level(kept, of_small, inputs.seed) | level(inputs.fund_fen - kept, of_large, inputs.seed)


def _grouped(requests: Iterable[Request], by: Any) -> dict[Any, list[Request]]:
    groups: dict[Any, list[Request]] = defaultdict(list)
    for request in requests:
        groups[by(request)].append(request)
    return dict(groups)


def _at_most(fen: int, limit_fen: int | None) -> int:
    return fen if limit_fen is None else min(fen, max(limit_fen, 0))


def _lot(seed: str, key: Hashable) -> str:
    return sha256(f"{seed}:{key}".encode()).hexdigest()
