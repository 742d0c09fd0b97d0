"""How long one delivery row takes to be captured: alone, and with fifty connections at once.

In a database of its own. Boosts of several merchants run; each thread sends rows of random hours,
corrected up and down. One alone, measured in the same run, is what the others are compared with.
"""

import argparse
import os
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

from bench.late_world import empty_database, listed_merchants
from bench.measure import machine

THREADS, MERCHANTS, SECONDS = 50, 25, 10.0
BUDGET_FEN = 5_000_000
AIM_MS = 500


def main(args: list[str]) -> int:
    """Print the times; exit 1 when a promise of the ledger is broken."""
    parser = argparse.ArgumentParser(prog="python -m bench captures")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each measurement")
    parser.add_argument("--threads", type=int, default=THREADS)
    options = parser.parse_args(args)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    empty_database("captures")
    send = _world()
    print(f"{machine()}; rows of {MERCHANTS} boosts", flush=True)
    for threads in (1, options.threads):
        _print(threads, _times_ms(send, threads, options.seconds))
    from campaigns.ledger.proof import verify

    # Nobody wrote down what the wallets were filled with.
    above = {"a_small_deposit_is_a_booked_payment"}
    broken = [row for row in verify().broken if row.rule not in above]
    print(f"{len(broken)} promises broken")
    return int(bool(broken))


def _times_ms(send: Callable[[random.Random], object], threads: int, seconds: float) -> list[float]:
    from django.db import connection

    begin = Barrier(threads)

    def sender(number: int) -> list[float]:
        dice, found = random.Random(number), list[float]()
        begin.wait()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            since = time.perf_counter()
            send(dice)
            found.append((time.perf_counter() - since) * 1000)
        connection.close()
        return found

    with ThreadPoolExecutor(threads) as pool:
        return [ms for found in pool.map(sender, range(threads)) for ms in found]


def _print(threads: int, found: list[float]) -> None:
    found.sort()
    p50, p99 = (found[int(len(found) * share)] for share in (0.5, 0.99))
    print(
        f"{threads:>3} at once: {len(found):>6} captures, median {p50:6.1f} ms, p99 {p99:6.1f} ms"
        + (f" (aim {AIM_MS})" if threads > 1 else ""),
        flush=True,
    )


def _world() -> Callable[[random.Random], object]:
    """A boost of each merchant that runs since two days; what sends a row of one of them."""
    import django

    django.setup()
    from django.core.management import call_command

    from campaigns.boosts import funding, lines, spans
    from campaigns.boosts.models import Boost
    from campaigns.delivery import announcing, posted
    from campaigns.delivery.models import AdServer, DeliveryMessage
    from campaigns.delivery.rows import Row
    from campaigns.funds.models import FundingSource
    from campaigns.ledger import transfers as ledger
    from campaigns.ledger.models import TransferReason
    from portal import clock
    from portal.webhooks.models import Endpoint

    call_command("migrate", verbosity=0)
    server = AdServer.objects.create(
        endpoint=Endpoint.objects.create(code="bench"), name_zh="测", name_en="Bench"
    )
    began = clock.now().replace(minute=0, second=0, microsecond=0) - timedelta(days=2)
    made: list[Any] = []
    for listing in listed_merchants(MERCHANTS, live_from_days_ago=9):
        wallet = ledger.wallet_of(listing.merchant)
        ledger.transfer(
            source=ledger.bank_of(wallet), target=wallet, amount_fen=BUDGET_FEN,
            key=f"bank:{listing.merchant_id}", reason=TransferReason.DEPOSIT,
        )  # fmt: skip
        boost = Boost.objects.create(
            merchant=listing.merchant, note=listing.note, external_id=uuid4().hex,
            objective="reads", budget_fen=BUDGET_FEN, starts_on=clock.day_of(began),
            ends_on=clock.today() + timedelta(days=5), status="running", request_key=uuid4(),
            created_by=listing.created_by, submission=1, submitted_at=began,
        )  # fmt: skip
        boost.funding_lines.create(
            submission=1, source=FundingSource.MERCHANT_CASH, amount_fen=BUDGET_FEN
        )
        funding.hold(boost)
        for place, line in enumerate(lines.of(boost), start=1):
            line.place = place
            line.save()
        spans.begin(boost, began)
        made.append(boost)
    announcing.give_waiting()

    def send(dice: random.Random) -> object:
        boost = dice.choice(made)
        message = DeliveryMessage.objects.create(
            ad_server=server, message_id=uuid4().hex, sha256="0" * 64
        )
        hour_at = began + timedelta(hours=dice.randrange(48))
        fen = dice.randrange(5_000)
        row = Row(boost.external_id, hour_at, dice.randrange(1, 2**31), fen, 0, fen)
        return posted.taken(boost, {1: row}, message)

    return send
