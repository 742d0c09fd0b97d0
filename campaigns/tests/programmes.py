"""Max-min as successive linear programmes: a second opinion on `campaigns.funds.waterfill`.

It knows nothing of levels and of order: each programme raises the least that somebody gets as far
as it goes, then fixes those who cannot get more, which their multipliers tell. First of companies,
then of merchants with the companies' shares fixed, then of requests with the merchants'.
"""

from operator import attrgetter
from typing import Any

import numpy as np
from scipy.optimize import linprog

from campaigns.funds.waterfill import Inputs, allocate

Row = tuple[list[float], float]

# Parts of a fen by which what a programme found may be missed by the next: solvers are not exact.
ROOM = 1e-3


def max_min(inputs: Inputs) -> dict[int, float]:
    """What each request gets, in parts of a fen, by its `pk`."""
    requests = inputs.requests
    size = len(requests)
    bounds = [(0.0, float(request.asked_fen)) for request in requests]
    most: list[Row] = [([1.0] * size, float(inputs.fund_fen))]
    for merchant, fen in inputs.merchants_left_fen.items():
        most.append(([float(request.merchant == merchant) for request in requests], float(fen)))
    for company, fen in inputs.companies_left_fen.items():
        most.append(([float(request.company == company) for request in requests], float(fen)))
    small = [float(request.is_small) for request in requests]
    most.append(([-1.0 * member for member in small], -_reserve(inputs, small, most, bounds)))
    exact: list[Row] = []
    for by in map(attrgetter, ("company", "merchant", "pk")):
        groups = sorted({by(request) for request in requests}, key=str)
        members = [[float(by(request) == group) for request in requests] for group in groups]
        exact += _fill(members, most, exact, bounds)
    found = _solve([0.0] * size, most, exact, bounds)
    return {request.pk: float(fen) for request, fen in zip(requests, found.x, strict=True)}


def _fill(members: list[list[float]], most: Any, exact: Any, bounds: Any) -> list[Row]:
    """The share of each group, as rows that fix it."""
    fixed: dict[int, float] = {}
    while len(fixed) < len(members):
        open_ = [number for number in range(len(members)) if number not in fixed]
        # One more variable, last: the least that an open group gets.
        rows = [([*row, 0.0], limit) for row, limit in most]
        rows += [([*(-1.0 * member for member in members[number]), 1.0], 0.0) for number in open_]
        rows += [([*(-m for m in members[n]), 0.0], -(fen - ROOM)) for n, fen in fixed.items()]
        equal = [([*row, 0.0], limit) for row, limit in exact]
        size = len(bounds)
        found = _solve([0.0] * size + [-1.0], rows, equal, [*bounds, (0.0, None)])
        told = found.ineqlin.marginals[len(most) : len(most) + len(open_)]
        blocked = [n for n, marginal in zip(open_, told, strict=True) if abs(marginal) > 1e-9]
        fixed |= dict.fromkeys(blocked, float(found.x[-1]))
    return [(members[number], fen) for number, fen in fixed.items()]


def _solve(aim: list[float], most: list[Row], exact: list[Row], bounds: Any) -> Any:
    room = [(row, limit + ROOM) for row, limit in exact]
    room += [([-1.0 * each for each in row], -(limit - ROOM)) for row, limit in exact]
    rows = [*most, *room]
    found = linprog(
        aim,
        A_ub=np.array([row for row, _limit in rows]),
        b_ub=np.array([limit for _row, limit in rows]),
        bounds=bounds,
        method="highs",
    )
    assert found.status == 0, found.message
    return found


def _reserve(inputs: Inputs, small: list[float], most: list[Row], bounds: Any) -> float:
    """The share that is kept, at most what small ones could take of a fund without end."""
    (everybody, _fund_fen), *limits = most
    endless = _solve([-each for each in small], [(everybody, 1e12), *limits], [], bounds)
    return float(min(inputs.fund_fen * inputs.reserve_permille // 1000, -endless.fun))


def farthest(inputs: Inputs) -> float:
    """The most fen by which a request differs from the programmes."""
    exact = max_min(inputs)
    return max(abs(fen - exact[pk]) for pk, fen in allocate(inputs).items())
