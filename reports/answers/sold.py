"""How much merchants have sold in 30 days: the size that funds ask for.

It is the credited GMV by order day, last touch and the usual window, as a report shows it that is
asked for nothing else. A merchant is left out unless each of the days is settled, or is of before
anything was owed: a sum without some of its days is not one to compare with a bound. So is one of
whose users a sample was sent.
"""

from collections.abc import Collection
from datetime import timedelta

from merchants.companies.models import Merchant
from portal import clock
from reports.answers.coverage import Coverage, coverage
from reports.answers.facts import Facts
from reports.answers.question import By, Question
from reports.metrics import registry as metrics
from reports.metrics.sums import Sums

DAYS = 30
# The newest days may still be on their way: the last of the 30 is over since at most so many.
MOST_LATE = 7
_DAY = timedelta(days=1)


def of(merchants: Collection[Merchant]) -> dict[int, int]:
    """What each of `merchants` sold in 30 days (fen), by primary key; those of whom it is not
    known are left out. Asked in a bounded number of queries for each."""
    found = {merchant.pk: _of(merchant) for merchant in merchants}
    return {pk: fen for pk, fen in found.items() if fen is not None}


def _of(merchant: Merchant) -> int | None:
    yesterday = clock.today() - _DAY
    looked_at = Question(merchant, yesterday - (DAYS + MOST_LATE - 1) * _DAY, yesterday, by=By.DAY)
    covered = coverage(looked_at)
    asked = _asked(looked_at, covered)
    if asked is None:
        return None
    days = [day for day in covered.report_days if asked.first_on <= day.on <= asked.last_on]
    if any(day.samples for day in days):
        return None
    facts = Facts(asked, days, has_spend=False)
    value = facts.metric(metrics.GMV).of(Sums.of(facts.credit_by_day.values()))
    return None if value is None else int(value)


def _asked(looked_at: Question, covered: Coverage) -> Question | None:
    """The report on the newest 30 days, the last of which is settled; None where one is not."""
    computed = {day.on for day in covered.report_days}
    settled = {day.on for day in covered.states if day.is_settled and day.on in computed}
    if not settled or (last_on := max(settled)) < looked_at.last_on - MOST_LATE * _DAY:
        return None
    asked = Question(looked_at.merchant, last_on - (DAYS - 1) * _DAY, last_on, by=By.DAY)
    known = settled.union(covered.not_applicable)
    return asked if known.issuperset(asked.days) else None
