"""Admins are told when small companies fall behind, once, and again only after it was mended."""

from datetime import timedelta

from django.db import connection, transaction

from campaigns.fairness.measuring import Measured, measure
from campaigns.fairness.models import Parity
from portal import clock
from portal.accounts import audit

# What is looked at: long enough for ENOUGH answers, short enough to be of now.
DAYS = 90


@transaction.atomic
def look() -> None:
    """Write down each fund that has turned since the last look, and tell of those that fell.

    One that is not measured any more, because too few ask, stays as it was.
    """
    _one_at_a_time()
    today = clock.today()
    known = {parity.fund_id: parity for parity in Parity.objects.select_related("fund")}
    for measured in measure(today - timedelta(days=DAYS - 1), today):
        fund = measured.fund
        parity = known.get(fund.pk if fund else None) or Parity(fund=fund)
        if measured.parity is not None and measured.is_below != parity.is_below:
            _turn(parity, measured)


def _turn(parity: Parity, measured: Measured) -> None:
    parity.is_below = measured.is_below
    parity.small_answered = measured.small.answered
    parity.large_answered = measured.large.answered
    parity.small_approved = sum(asker.approved for asker in measured.small.askers)
    parity.large_approved = sum(asker.approved for asker in measured.large.askers)
    parity.turned_at = clock.now()
    parity.save()
    numbers = ("small_approved", "small_answered", "large_approved", "large_answered")
    new = {name: getattr(parity, name) for name in numbers}
    if parity.is_below:
        audit.record("parity.fell", parity, by=None, new=new)
    else:
        audit.record("parity.mended", parity, by=None, new=new)


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('fairness', 0))")
