"""How much of a fund each merchant and each company has, and never more than its cap. ADR 0146.

One count per fund and taker, changed by one guarded statement: of many approvals at once those that
fit pass, and the others read why not. The caller's transaction moves the money; locks are taken
boost, fund, counts, accounts.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from campaigns.funds.companies import company_of
from campaigns.funds.models import Fund, FundTaker, TakerKind
from merchants.companies.models import Merchant
from portal.refusals import Refusal
from portal.words import yuan


class CapReached(Refusal):
    """The merchant or its company would have more of the fund than it gives to one."""


@dataclass(frozen=True)
class Left:
    """How much more a merchant may have of a fund (fen), by itself and with its company; None is
    without a cap."""

    merchant_fen: int | None
    company_fen: int | None

    @property
    def least_fen(self) -> int | None:
        caps = [fen for fen in (self.merchant_fen, self.company_fen) if fen is not None]
        return min(caps, default=None)


def draw(fund: Fund, merchant: Merchant, amount_fen: int) -> None:
    """Count `amount_fen` of the held `fund` (`Fund.hold_still`) for the merchant and its company.
    Raises CapReached."""
    for kind, key, cap_fen in _counts(fund, merchant):
        FundTaker.objects.get_or_create(fund=fund, kind=kind, key=key)
        count = FundTaker.objects.filter(fund=fund, kind=kind, key=key)
        fits = count if cap_fen is None else count.filter(taken_fen__lte=cap_fen - amount_fen)
        if not fits.update(taken_fen=F("taken_fen") + amount_fen):
            taken_fen = count.values_list("taken_fen", flat=True).get()
            raise CapReached(_said(fund, kind, (cap_fen or 0) - taken_fen), field="grant")


def give_back(fund: Fund, merchant: Merchant, amount_fen: int) -> None:
    """Count `amount_fen` less, which goes back to the fund. Never fails: money goes back whatever
    was counted, and what was drawn without being counted, as by code of before the counts, is told
    by the proof (counts.sql)."""
    for kind, key, _cap_fen in _counts(fund, merchant):
        count = FundTaker.objects.filter(fund=fund, kind=kind, key=key)
        count.update(taken_fen=Greatest(F("taken_fen") - amount_fen, 0))


def left_of(funds: Iterable[Fund], merchant: Merchant) -> dict[Fund, Left]:
    """How much more the merchant may have of each of `funds`, as far as it is drawn now."""
    keys = Q(kind=TakerKind.MERCHANT, key=str(merchant.pk)) | Q(
        kind=TakerKind.COMPANY, key=company_of(merchant)
    )
    rows = FundTaker.objects.filter(keys).values_list("fund_id", "kind", "taken_fen")
    taken = {(fund, kind): fen for fund, kind, fen in rows}

    def left(fund: Fund, kind: TakerKind, cap_fen: int | None) -> int | None:
        return None if cap_fen is None else max(cap_fen - taken.get((fund.pk, kind), 0), 0)

    return {
        fund: Left(
            merchant_fen=left(fund, TakerKind.MERCHANT, fund.merchant_cap_fen),
            company_fen=left(fund, TakerKind.COMPANY, fund.company_cap_fen),
        )
        for fund in funds
    }


def _counts(fund: Fund, merchant: Merchant) -> list[tuple[TakerKind, str, int | None]]:
    """The counts of a merchant in the order in which they are locked."""
    return [
        (TakerKind.COMPANY, company_of(merchant), fund.company_cap_fen),
        (TakerKind.MERCHANT, str(merchant.pk), fund.merchant_cap_fen),
    ]


def _said(fund: Fund, kind: TakerKind, left_fen: int) -> str:
    told = {"fund": fund, "left": yuan(max(left_fen, 0))}
    match kind:
        case TakerKind.COMPANY:
            return _("“%(fund)s” grants this company at most %(left)s more.") % told
        case TakerKind.MERCHANT:
            return _("“%(fund)s” grants this merchant at most %(left)s more.") % told
