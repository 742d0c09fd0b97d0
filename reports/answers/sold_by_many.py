"""How large those who ask for decisions are: small or large, many at once. ADR 0167.

It groups answers on a page and decides about nobody, so it is asked in one query of what is counted
now. What a fund calls small has conditions of its own: `sold`.
"""

from collections import Counter
from collections.abc import Collection
from datetime import timedelta

from django.db.models import Exists, OuterRef, Sum
from django.utils.translation import gettext as _

from campaigns.funds.companies import company_of, merchants_of
from merchants.companies.models import Merchant
from portal import clock, words
from portal.review.sizes import Size
from reports.answers.sold import DAYS
from reports.attribution.choices import DEFAULT_WINDOW_DAYS
from reports.attribution.models import CreditSum, ReportDay

# A company that sells for less in 30 days is small.
SMALL_BELOW_FEN = 10_000_000


def sizes(teams: Collection[int]) -> dict[int, Size]:
    """The size of each of `teams` (primary keys) of whose company any day is counted."""
    asking = Merchant.objects.filter(team__in=teams)
    company = {merchant.team_id: company_of(merchant) for merchant in asking}
    merchants = merchants_of(set(company.values()))
    by_merchant = _sold(merchants)
    sold: Counter[str] = Counter()
    for merchant in merchants:
        if merchant.pk in by_merchant:
            sold[company_of(merchant)] += by_merchant[merchant.pk]
    return {
        team: Size.SMALL if sold[name] < SMALL_BELOW_FEN else Size.LARGE
        for team, name in company.items()
        if name in sold
    }


def explained() -> str:
    """Who is small, as a sentence."""
    return _(
        "Small is whose company has credited GMV of less than %(fen)s in the last 30 days, as "
        "counted now."
    ) % {"fen": words.yuan(SMALL_BELOW_FEN)}


def _sold(merchants: Collection[Merchant]) -> dict[int, int]:
    """Credited GMV (fen) of the last 30 days, by primary key; nothing of whom no day is counted."""
    yesterday = clock.today() - timedelta(days=1)
    lately = (yesterday - timedelta(days=DAYS - 1), yesterday)
    days = ReportDay.objects.current().filter(merchant__in=merchants, on__range=lately)
    sold = dict.fromkeys(days.order_by().values_list("merchant", flat=True).distinct(), 0)
    is_current = Exists(days.filter(pk=OuterRef("report_day_id")))
    credited = CreditSum.objects.filter(
        is_current,
        merchant_id__in=[merchant.pk for merchant in merchants],
        on__range=lately,
        kind="order",
        window_days=DEFAULT_WINDOW_DAYS,
    )
    summed = credited.order_by().values_list("merchant_id").annotate(fen=Sum("last_touch_fen"))
    return sold | {merchant: int(fen or 0) for merchant, fen in summed}
