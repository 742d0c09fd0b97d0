"""How large those who ask for decisions are: small or large, many at once. ADR 0167.

It groups answers on a page and decides about nobody, so it is asked of many at once, in a bounded
number of queries. Of whom days are on their way, withheld or of a sample nobody knows that he is
small. What a fund calls small has conditions of its own: `sold`.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Sum
from django.utils.translation import gettext as _

from campaigns.funds.companies import company_of, merchants_of
from merchants.companies.models import Merchant
from portal import clock, words
from portal.review.sizes import Size
from reports.answers import whole_days
from reports.answers.sold import DAYS, MOST_LATE
from reports.answers.whole_days import WholeDays
from reports.attribution.choices import DEFAULT_WINDOW_DAYS
from reports.attribution.models import CreditSum, ReportDay

# A company that sells for less in 30 days is small.
SMALL_BELOW_FEN = 10_000_000
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class _Sales:
    """What a merchant has sold (fen), as far as it is known, and whether that is all."""

    fen: int
    is_whole: bool
    is_counted: bool


def sizes(teams: Collection[int]) -> dict[int, Size]:
    """The size of each of `teams` (primary keys) of whose company it is known."""
    asking = Merchant.objects.filter(team__in=teams)
    company = {merchant.team_id: company_of(merchant) for merchant in asking}
    merchants = merchants_of(set(company.values()))
    by_merchant = _sold(merchants)
    sales: dict[str, list[_Sales]] = defaultdict(list)
    for merchant in merchants:
        sales[company_of(merchant)].append(by_merchant[merchant.pk])
    sized = {name: _size(of_all) for name, of_all in sales.items()}
    return {team: size for team, name in company.items() if (size := sized.get(name))}


def _size(sales: Collection[_Sales]) -> Size | None:
    """Large by what is known already; small only by all of it. None: nobody knows."""
    if sum(one.fen for one in sales) >= SMALL_BELOW_FEN:
        return Size.LARGE
    is_known = all(one.is_whole for one in sales) and any(one.is_counted for one in sales)
    return Size.SMALL if is_known else None


def explained() -> str:
    """Who is small, as a sentence."""
    return _(
        "Small is whose company has credited GMV of less than %(fen)s in 30 days of which "
        "everything has arrived."
    ) % {"fen": words.yuan(SMALL_BELOW_FEN)}


def _sold(merchants: Collection[Merchant]) -> dict[int, _Sales]:
    """What each sold in the newest 30 days whose last is whole, by primary key. Days of before
    anything was owed have nothing to count."""
    yesterday = clock.today() - _DAY
    looked_at = (yesterday - (DAYS + MOST_LATE - 1) * _DAY, yesterday)
    keys = [merchant.pk for merchant in merchants]
    found = whole_days.of_orders(keys, *looked_at, with_stale=True, with_before=True)
    fen_of = _fen_of(keys, looked_at)
    return {pk: _of(pk, found, fen_of, yesterday) for pk in keys}


def _of(merchant: int, found: WholeDays, fen_of: dict[int, int], yesterday: date) -> _Sales:
    counted = found.report_days
    late = (yesterday - age * _DAY for age in range(MOST_LATE + 1))
    last_on = next((on for on in late if (merchant, on) in counted), yesterday)
    days = [(merchant, last_on - age * _DAY) for age in range(DAYS)]
    return _Sales(
        fen=sum(fen_of.get(counted[day], 0) for day in days if day in counted),
        is_whole=all(day in counted or day in found.before for day in days),
        is_counted=any(day in counted for day in days),
    )


def _fen_of(merchants: Collection[int], looked_at: tuple[date, date]) -> dict[int, int]:
    """Credited GMV (fen) of the days that are current, by the key of their report day."""
    days = ReportDay.objects.current().filter(merchant__in=merchants, on__range=looked_at)
    credited = CreditSum.objects.filter(
        Exists(days.filter(pk=OuterRef("report_day_id"))),
        merchant_id__in=merchants,
        on__range=looked_at,
        kind="order",
        window_days=DEFAULT_WINDOW_DAYS,
    )
    summed = credited.order_by().values_list("report_day_id").annotate(fen=Sum("last_touch_fen"))
    return {report_day: int(fen or 0) for report_day, fen in summed}
