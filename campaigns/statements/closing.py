"""Closing months: each is drawn up once, when it is over, and kept as it is.

What is dated in a closed month and becomes known later, of a clock that was behind, stands in the
first month that is open, as a correction.
"""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Exists, OuterRef

from campaigns.boosts.lines import FundingLine
from campaigns.boosts.models import Boost
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Account, AccountKind, Transfer
from campaigns.ledger.refunds import BalanceRefund
from campaigns.statements import drawing, months
from campaigns.statements.drawing import Drawn
from campaigns.statements.models import Statement
from campaigns.statements.months import Month
from merchants.companies.models import Merchant
from portal import clock

# The clocks of several machines are this near to each other, nearly always.
SETTLES_WITHIN = timedelta(hours=1)
# So many merchants are closed in one look.
MOST = 200


def close_due() -> int:
    """Close every month that is over, of at most MOST merchants; how many were closed.

    A merchant whose month cannot be closed keeps no other's open.
    """
    month = months.of(clock.day_of(clock.now() - SETTLES_WITHIN)).before
    closed, merchants, failures = 0, 0, []
    for pk in _due(month):
        if merchants == MOST:
            break
        try:
            merchant = Merchant.objects.get(pk=pk)
            for each in _open_months(merchant, month):
                closed += close(merchant, each) is not None
            merchants += 1
        except Exception as failure:
            failure.add_note(f"merchant {pk}")
            failures.append(failure)
    if failures:
        raise ExceptionGroup("Merchants whose month could not be closed", failures)
    return closed


@transaction.atomic
def close(merchant: Merchant, month: Month) -> Statement | None:
    """Close the month, the one after the last closed; None where somebody else did.

    Nobody moves the merchant's money meanwhile, so what is read is all that has a smaller id.
    """
    _lock(merchant)
    if clock.now() < month.ends_at + SETTLES_WITHIN:
        raise ValueError(f"{month} is not over")
    last = Statement.objects.of(merchant).first()
    if last and last.month >= month:
        return None
    made, drawn = _drawn(merchant, month, after=last)
    made.content = drawn.content()
    made.sha256 = sha256(made.content).hexdigest()
    made.save()
    return made


def as_if_closed(merchant: Merchant, last: Statement | None, until: Month) -> Statement | None:
    """What the month before `until` would be closed as now, with those between it and `last`, the
    last that is closed; not kept. None when there is none before it."""
    for month in _months(merchant, last, until.before):
        last, _drawn_up = _drawn(merchant, month, after=last)
    return last


def _drawn(merchant: Merchant, month: Month, *, after: Statement | None) -> tuple[Statement, Drawn]:
    """The row of a month, and what it says; the row is not saved, and has no content yet."""
    drawn, through = drawing.to_close(merchant, month, after=after)
    made = Statement(
        merchant=merchant,
        first_on=month.first_on,
        opening_fen=drawn.opening_fen,
        lines_fen=drawn.lines_fen,
        free_fen=drawn.free_fen,
        held_fen=drawn.held_fen,
        through=through,
    )
    return made, drawn


def _lock(merchant: Merchant) -> None:
    """Lock the wallet, then all accounts that what it holds lies on: none is opened meanwhile."""
    ledger.lock([ledger.wallet_of(merchant)])
    # Each by its index: a condition over all four would read every account there is.
    lines = FundingLine.objects.filter(boost__merchant=merchant)
    accounts = lines.values_list("account_id").union(
        lines.values_list("spent_id"),
        Boost.objects.filter(merchant=merchant).values_list("hold_id"),
        BalanceRefund.objects.filter(merchant=merchant).values_list("account_id"),
    )
    ledger.lock(Account.objects.in_bulk([pk for (pk,) in accounts if pk]).values())


def _due(month: Month) -> list[int]:
    """The ids of merchants whose money moved before the end of the month, which is not closed."""
    closed = Statement.objects.filter(merchant=OuterRef("pk"), first_on__gte=month.first_on)
    wallet = Account.objects.filter(kind=AccountKind.WALLET, merchant=OuterRef("pk"))
    paid = wallet.filter(transfers_in__created_at__lt=month.ends_at)
    rows = Merchant.objects.filter(Exists(paid)).exclude(Exists(closed))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _open_months(merchant: Merchant, last: Month) -> Iterator[Month]:
    """From the first that is not closed to the `last`."""
    return _months(merchant, Statement.objects.of(merchant).first(), last)


def _months(merchant: Merchant, closed: Statement | None, last: Month) -> Iterator[Month]:
    """From the one after `closed` to the `last`."""
    month = closed.month.next if closed else first_of(merchant)
    while month and month <= last:
        yield month
        month = month.next


def first_of(merchant: Merchant) -> Month | None:
    """The month in which money first came to the merchant's wallet; None before."""
    came = Transfer.objects.filter(target__key=ledger.wallet_key(merchant)).order_by("pk")
    at = came.values_list("created_at", flat=True).first()
    return months.of(clock.day_of(at)) if at else None
