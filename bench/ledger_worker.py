"""A process of `python -m bench ledger`: does in threads what each line of its input asks for, and
prints how often it was done."""

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import uuid4


def main() -> None:
    """Until the input ends."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    for line in sys.stdin:
        print(_do(**json.loads(line)), flush=True)


def _do(*, what: str, threads: int, seconds: float, first: int) -> int:
    """How often all threads together did it in so many seconds."""
    done = [0] * threads
    ready = threading.Barrier(threads)

    def run(number: int) -> None:
        from django.db import connection

        # Of the accounts, each thread of all processes has its own.
        act = _act(what, first + 4 * number)
        connection.ensure_connection()
        ready.wait()
        until = time.perf_counter() + seconds
        while time.perf_counter() < until and act():
            done[number] += 1
        connection.close()

    started = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    return sum(done)


def _act(what: str, own: int) -> Callable[[], Any]:
    from django.db import connection

    from campaigns.ledger import transfers as ledger
    from campaigns.ledger.models import Account, TransferReason

    accounts = {account.key: account for account in Account.objects.select_related("merchant")}
    wallets = {a.merchant.code: a for a in accounts.values() if a.merchant}
    keys, numbers = uuid4().hex, count()

    def move(source: Account, target: Account, reason: TransferReason) -> bool:
        asked = ledger.Move(source, target, 1, f"{keys}:{next(numbers)}", reason)
        try:
            ledger.move([asked])
        except ledger.NotEnough:
            return False
        return True

    def bare() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE bench_bare SET balance_fen = balance_fen - 1"
                " WHERE id = 1 AND balance_fen >= 1"
            )
            return bool(cursor.rowcount)

    held, mine = accounts[f"hold:line:{own}"], wallets[f"m{own}"]
    return {
        "wallet": lambda: move(wallets["rich"], held, TransferReason.HOLD),
        "dry": lambda: move(wallets["dry"], held, TransferReason.HOLD),
        "deposits": lambda: move(ledger.bank_of(mine), mine, TransferReason.DEPOSIT),
        "bare": bare,
    }[what]


if __name__ == "__main__":
    main()
