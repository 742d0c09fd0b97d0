"""Who gets what of a fund that is too small: by rounds, by who came first, and in proportion.

400 small and 40 large companies ask for boosts; the fund has 35 % of what they ask for. Large ones
ask early: they have people who watch for it.
"""

import argparse
import json
import random
import statistics
import time

from campaigns.funds import fairness, waterfill
from campaigns.funds.waterfill import Inputs, Request
from campaigns.tests.programmes import ROOM, farthest
from campaigns.tests.test_waterfill import a_round

SMALL, LARGE = 400, 40
SHARE_PERMILLE, RESERVE_PERMILLE = 350, 300
SLACK = 20 * ROOM


def main(args: list[str]) -> int:
    """Print the medians over all worlds; exit 1 when a bound is passed or another rule is kinder to
    small companies."""
    parser = argparse.ArgumentParser(prog="python -m bench funds")
    parser.add_argument("--worlds", type=int, default=25)
    parser.add_argument("--programmes", type=int, default=500, help="small rounds beside scipy")
    options = parser.parse_args(args)
    rules = {"rounds": _rounds, "first come": _first_come, "pro rata": _pro_rata}
    told: dict[str, list[tuple[float, float, float]]] = {name: [] for name in rules}
    begun = time.process_time()
    for seed in range(options.worlds):
        inputs = _world(random.Random(seed))
        for name, rule in rules.items():
            told[name].append(_measured(inputs, rule(inputs, random.Random(seed))))
    print(f"{SMALL} small, {LARGE} large, fund = {SHARE_PERMILLE / 10:g} % of what is asked for;")
    print(f"medians of {options.worlds} worlds, {time.process_time() - begun:.1f} s of CPU")
    print(f"{'':12}{'small in full':>15}{'money to small':>16}{'Gini of money':>16}")
    medians = {name: [statistics.median(column) for column in zip(*rows, strict=True)]
               for name, rows in told.items()}  # fmt: skip
    for name, (full, money, gini) in medians.items():
        print(f"{name:12}{full:>14.1%} {money:>15.1%} {gini:>15.3f}")
    kindest = max(medians, key=lambda name: medians[name][0])
    apart = [farthest(a_round(random.Random(seed))) for seed in range(options.programmes)]
    if apart:
        print(f"{len(apart)} rounds of up to 12 requests: at most {max(apart):.2f} fen a request "
              "from successive linear programmes")  # fmt: skip
    return int(kindest != "rounds" or max(apart, default=0) > 1 + SLACK)


def _world(dice: random.Random) -> Inputs:
    """Small companies ask for some ¥300, large ones for some ¥20,000, a few in several requests."""
    requests: list[Request] = []
    for number in range(SMALL + LARGE):
        is_small = number < SMALL
        for _ in range(dice.choice([1, 1, 2]) if is_small else dice.randint(1, 4)):
            fen = round(dice.lognormvariate(10.3, 0.6) if is_small else dice.lognormvariate(14, 1))
            requests.append(Request(len(requests), number, f"c{number}", is_small, fen))
    asked_fen = sum(request.asked_fen for request in requests)
    return Inputs(asked_fen * SHARE_PERMILLE // 1000, RESERVE_PERMILLE, str(dice.random()),
                  tuple(requests), {}, {})  # fmt: skip


def _rounds(inputs: Inputs, dice: random.Random) -> dict[int, int]:
    return waterfill.allocate(Inputs.of(json.loads(json.dumps(inputs.stored()))))


def _first_come(inputs: Inputs, dice: random.Random) -> dict[int, int]:
    """Each gets all it asked for, or what is left; large ones come before half of the small."""
    left, given = inputs.fund_fen, {}
    came = sorted(inputs.requests, key=lambda r: dice.random() * (2 if r.is_small else 1))
    for request in came:
        given[request.pk] = min(request.asked_fen, left)
        left -= given[request.pk]
    return given


def _pro_rata(inputs: Inputs, dice: random.Random) -> dict[int, int]:
    asked_fen = sum(request.asked_fen for request in inputs.requests)
    return {r.pk: r.asked_fen * inputs.fund_fen // asked_fen for r in inputs.requests}


def _measured(inputs: Inputs, given: dict[int, int]) -> tuple[float, float, float]:
    """The share of small companies that got all they asked for, the share of the money that went
    to small ones, and the Gini coefficient of the money by company."""
    asked: dict[str, int] = {}
    got: dict[str, int] = {}
    for request in inputs.requests:
        asked[request.company] = asked.get(request.company, 0) + request.asked_fen
        got[request.company] = got.get(request.company, 0) + given[request.pk]
    small = {request.company for request in inputs.requests if request.is_small}
    full = sum(got[company] == asked[company] for company in small) / len(small)
    money = sum(got[company] for company in small) / (sum(got.values()) or 1)
    return full, money, float(fairness.gini(list(got.values())) or 0)
