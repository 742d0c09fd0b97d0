"""What the pages of a merchant's papers cost with a long history, beside a short one.

In a database of its own. Two merchants have the same page of invoices, refunds and statements, one
after many more of them than the other: what a page costs must not follow what was before.
"""

import argparse
import os
import sys
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from statistics import median
from typing import Any
from uuid import uuid4

from bench.late_world import empty_database, listed_merchants
from bench.measure import cpu_ms, machine

FEW, MANY, TIMES = 100, 10_000, 15
# What each invoice and payment is about (fen): a hundred of them are a day of a boost.
UNIT = 100
# A page of a long history may cost so much more than one of a short one.
MOST = 2.0


def main(args: list[str]) -> int:
    """Print the CPU of each page; exit 1 where the long history costs more than MOST times."""
    parser = argparse.ArgumentParser(prog="python -m bench papers")
    parser.add_argument("--rows", type=int, default=MANY)
    parser.add_argument("--times", type=int, default=TIMES)
    options = parser.parse_args(args)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    empty_database("papers")
    pages = _world(options.rows)
    print(f"{machine()}; CPU of web and database per page, {FEW} and {options.rows} rows")
    is_over = False
    for name, few, many in pages:
        short, long = (_cpu_ms(ask, options.times) for ask in (few, many))
        is_over |= long > MOST * short
        print(f"{name:24}{short:8.1f} ms {long:8.1f} ms {long / short:6.2f} x", flush=True)
    return int(is_over)


def _cpu_ms(ask: Any, times: int) -> float:
    """The median of what one request costs."""
    from django.db import connection

    both = (os.getpid(), connection.connection.info.backend_pid)
    ask()
    taken = []
    for _ in range(times):
        before = cpu_ms(*both)
        ask()
        taken.append(cpu_ms(*both) - before)
    return median(taken)


def _world(rows: int) -> list[tuple[str, Any, Any]]:
    """The pages, each as asked for of the merchant with few rows and of the one with many."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client
    from django.test.utils import override_settings
    from django.urls import reverse

    from bench.pages import _stage
    from portal.accounts.models import PlatformRole, User

    call_command("migrate", verbosity=0)
    override_settings(**_stage()).enable()
    listings = listed_merchants(2, live_from_days_ago=9)
    merchants = [listing.merchant for listing in listings]
    for listing, count in zip(listings, (FEW, rows), strict=True):
        _papers(listing.merchant, count)
        _spent(listing, count)
    manager = User.objects.create(
        email="papers@example.com", name="Papers", platform_role=PlatformRole.ACCOUNT_MANAGER
    )
    client = Client()
    client.force_login(manager)

    def page(url: str) -> None:
        answer = client.get(url)
        if answer.status_code != 200:
            sys.exit(f"{url}: {answer.status_code}")

    from campaigns.statements import months

    told = []
    for name, more in chain(
        ((name, []) for name in ("invoice-list", "refund-list", "statement-list", "wallet-detail")),
        [("statement-detail", [str(months.this())])],
    ):
        few, many = (reverse(f"campaigns:{name}", args=[one.code, *more]) for one in merchants)
        told.append((name, partial(page, few), partial(page, many)))
    return told


def _papers(merchant: Any, count: int) -> None:
    """`count` invoices, refunds and payments, of which the payments lie in a month that is closed,
    and so many closed months as there can be."""
    from datetime import date

    from campaigns.ledger import transfers as ledger
    from campaigns.ledger.models import TransferReason
    from campaigns.ledger.refunds import BalanceRefund, RefundStatus
    from campaigns.statements import closing
    from campaigns.statements.invoices import InvoiceRequest, InvoiceStatus
    from campaigns.statements.models import Statement
    from portal import clock
    from portal.accounts.models import User

    by = User.objects.get(email="bench@example.com")
    InvoiceRequest.objects.bulk_create(
        InvoiceRequest(
            merchant=merchant, amount_fen=UNIT, title=f"T{number}", tax_number="123456789012345",
            asked_by=by, status=InvoiceStatus.ISSUED, number=f"{merchant.pk}-{number}",
            document=f"invoices/{merchant.pk}-{number}.pdf",
        )
        for number in range(count)
    )  # fmt: skip
    BalanceRefund.objects.bulk_create(
        BalanceRefund(
            merchant=merchant, amount_fen=1, holder="H", bank="B", bank_account="1", asked_by=by,
            status=RefundStatus.WITHDRAWN,
        )
        for number in range(count)
    )  # fmt: skip
    wallet = ledger.wallet_of(merchant)
    for number in range(count):
        ledger.transfer(
            source=ledger.bank_of(wallet), target=wallet, amount_fen=UNIT,
            key=f"bank:{merchant.pk}:{number}", reason=TransferReason.DEPOSIT,
        )  # fmt: skip
    _date_back(wallet.pk, clock.start_of(clock.today().replace(day=1)) - timedelta(days=9))
    closing.close_due()
    Statement.objects.bulk_create(
        Statement(
            merchant=merchant, first_on=date(2000 + number // 12, number % 12 + 1, 1),
            opening_fen=0, lines_fen=0, free_fen=0, held_fen=0, through=0, content=b"{}",
            sha256="0" * 64,
        )
        for number in range(min(count, 12 * 20))
    )  # fmt: skip


def _date_back(wallet: int, at: datetime) -> None:
    """Move what came into a wallet to a moment that is over, past the trigger that keeps it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE campaigns_transfer SET created_at = %s WHERE target_id = %s", [at, wallet]
        )
        cursor.execute("SET session_replication_role = origin")


def _spent(listing: Any, count: int) -> None:
    """A boost has cost what the merchant's invoices are about."""
    from django.db import transaction

    from campaigns.boosts import funding, lines
    from campaigns.boosts.models import Boost
    from campaigns.funds.models import FundingSource
    from portal import clock

    with transaction.atomic():
        boost = Boost.objects.create(
            merchant=listing.merchant, note=listing.note, external_id=uuid4().hex,
            objective="reads", budget_fen=count * UNIT, starts_on=clock.today(),
            ends_on=clock.today(),
            status="running", request_key=uuid4(), submission=1,
            created_by=listing.created_by, submitted_at=clock.now(),
        )  # fmt: skip
        boost.funding_lines.create(
            submission=1, source=FundingSource.MERCHANT_CASH, amount_fen=count * UNIT
        )
        funding.hold(boost)
        for place, line in enumerate(lines.of(boost), start=1):
            line.place = place
            line.save()
        funding.capture_to(boost, count * UNIT)
