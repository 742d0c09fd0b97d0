"""How many transfers a second one wallet takes, from one thread and from many of several processes.

In a database of its own. Each round measures every kind once, so that what else the machine does
hits all of them; the medians of the rounds are compared. A bare guarded UPDATE of one row, the
least that any ledger could do, is measured in the same rounds.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from contextlib import ExitStack
from typing import IO, Any

from bench.late_world import empty_database
from bench.measure import machine

PROCESSES = 4
KINDS = {"wallet": "one wallet", "deposits": "a wallet each", "bare": "a bare guarded UPDATE"}
ROUNDS, SECONDS = 5, 2.0
THREADS = (1, 16, 64)
AIM = 0.7
# A wallet that runs dry while all ask: as many of these fen are moved, and not one more.
DRY_FEN = 2_000
_WORKER = [sys.executable, "-m", "bench.ledger_worker"]


def main(args: list[str]) -> int:
    """Print the medians and ratios; exit 1 when a fen was overspent or the books are not true."""
    parser = argparse.ArgumentParser(prog="python -m bench ledger")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each measurement")
    options = parser.parse_args(args)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    empty_database("ledger")
    _world()
    print(f"{machine()}; {PROCESSES} processes, rounds of {options.seconds} s", flush=True)
    with ExitStack() as stack:
        workers = [
            stack.enter_context(
                subprocess.Popen(_WORKER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            for _ in range(PROCESSES)
        ]
        rates = _rounds(workers, options.rounds, options.seconds)
        moved = sum(_ask(workers, "dry", max(THREADS), 600.0))
        for worker in workers:
            _pipe(worker.stdin).close()
    _print(rates)
    return _prove(moved)


def _rounds(workers: list[Any], rounds: int, seconds: float) -> dict[tuple[str, int], list[float]]:
    """Moves a second by what was done and by how many threads, of each round."""
    rates: dict[tuple[str, int], list[float]] = {}
    for what in KINDS:
        _ask(workers, what, PROCESSES, 0.2)
    for _ in range(rounds):
        for what in KINDS:
            for threads in THREADS:
                done = sum(_ask(workers, what, threads, seconds))
                rates.setdefault((what, threads), []).append(done / seconds)
    return rates


def _ask(workers: list[Any], what: str, threads: int, seconds: float) -> list[int]:
    """Let `threads` of all processes do `what` for so long; how often each process did it."""
    asked = [
        (worker, len(range(number, threads, len(workers))))
        for number, worker in enumerate(workers)
        if number < threads
    ]
    for worker, own in asked:
        order = {"what": what, "threads": own, "seconds": seconds, "first": workers.index(worker)}
        print(json.dumps(order), file=_pipe(worker.stdin), flush=True)
    return [int(_pipe(worker.stdout).readline()) for worker, _own in asked]


def _pipe(pipe: "IO[str] | None") -> "IO[str]":
    if pipe is None:
        raise RuntimeError("The process was started without pipes.")
    return pipe


def _world() -> None:
    """One wallet with more than all will move, one that runs dry, and a wallet for each thread."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from campaigns.ledger import transfers as ledger
    from campaigns.ledger.models import AccountKind, TransferReason
    from merchants.companies.models import Merchant, MerchantStatus
    from portal.accounts.models import Team

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_bare (id int PRIMARY KEY, balance_fen bigint NOT NULL"
            " CHECK (balance_fen >= 0)) WITH (fillfactor = 50);"
            "INSERT INTO bench_bare VALUES (1, 1000000000)"
        )
    paid = {"rich": 10**10, "dry": DRY_FEN}
    for name in ("rich", "dry", *(f"m{number}" for number in range(max(THREADS)))):
        made = Merchant.objects.create(
            code=name, name=name, credit_code=name, status=MerchantStatus.VERIFIED,
            team=Team.objects.create(name=name),
        )  # fmt: skip
        wallet = ledger.wallet_of(made)
        fen = paid.get(name, 1)
        ledger.transfer(
            source=ledger.bank_of(wallet), target=wallet, amount_fen=fen, key=f"bank:{name}",
            reason=TransferReason.DEPOSIT,
        )  # fmt: skip
    for number in range(max(THREADS)):
        ledger.account_of(AccountKind.HOLD, f"line:{number}")


def _print(rates: dict[tuple[str, int], list[float]]) -> None:
    medians = {key: statistics.median(found) for key, found in rates.items()}
    for (what, threads), rate in medians.items():
        alone = rate / medians[what, 1]
        beside = f", {rate / medians['bare', threads]:.2f} of the bare UPDATE"
        print(
            f"{KINDS[what]:<22} {threads:>3} threads {rate:8,.0f}/s, {alone:.2f} of one alone"
            + (f" (aim {AIM})" if what == "wallet" and threads > 1 else "")
            + (beside if what != "bare" else "")
        )


def _prove(moved: int) -> int:
    from campaigns.ledger.models import Account
    from campaigns.ledger.proof import verify

    # The ledger alone: no owner asked, and nobody wrote a payment down.
    above = {"money_set_aside_has_an_owner", "a_small_deposit_is_a_booked_payment"}
    broken = [row for row in verify().broken if row.rule not in above]
    left = Account.objects.get(merchant__code="dry").balance_fen
    overspent = moved - (DRY_FEN - left)
    print(f"a wallet of {DRY_FEN} fen, asked by {max(THREADS)} threads until it was empty:")
    print(f"{moved} moved, {left} left, {overspent} overspent; {len(broken)} promises broken")
    return int(overspent != 0 or moved != DRY_FEN or bool(broken))
