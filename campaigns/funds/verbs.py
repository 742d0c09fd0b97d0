"""Funds: made and filled by platform admins, drawn on by boosts."""

from datetime import date
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.funds.models import DrawOrder, Fund, FundingSource, FundWay
from campaigns.ledger import payments
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import TRANSFER_LIMIT_FEN, AccountKind, Payment, Transfer
from merchants.catalogue.models import Category
from merchants.openings.models import Programme
from portal import meaning
from portal.accounts import audit, permissions, versions
from portal.accounts.models import User
from portal.refusals import Refusal
from portal.saving import clean_or_refuse, save_or_refuse


class Terms(TypedDict):
    """What a fund is called, and what it asks of whom it pays; see the fields of `Fund`."""

    name_zh: str
    name_en: str
    starts_on: date | None
    ends_on: date | None
    programme: Programme | None
    category: Category | None
    sold_below_fen: int | None
    newer_than_days: int | None
    own_cash_percent: int
    merchant_cap_fen: int | None
    company_cap_fen: int | None
    grants_by: FundWay
    small_below_fen: int | None
    reserve_percent: int
    draw_order: DrawOrder


TERMS = tuple(Terms.__annotations__)
# Days beyond which "new" says nothing.
MOST_DAYS = 3650


@transaction.atomic
def create(
    code: str,
    *,
    name_zh: str,
    name_en: str,
    by: User,
    source: FundingSource = FundingSource.PLATFORM_GRANT,
) -> Fund:
    """An empty fund. `source` says whose money will be in it."""
    permissions.require(by, "fund.manage")
    code = meaning.key(code)
    fund = Fund(
        code=code, name_zh=meaning.line(name_zh), name_en=meaning.line(name_en), source=source
    )
    # Before its account, whose key has no room for what is no code.
    clean_or_refuse(fund, but={"account"})
    fund.account = ledger.account_of(AccountKind.FUND, code)
    save_or_refuse(fund)
    audit.record("fund.created", fund, by=by, new={"code": code, "source": source})
    return fund


@transaction.atomic
def edit(fund: Fund, *, by: User, version: str | None = None, **terms: Unpack[Terms]) -> Fund:
    """Change the terms of a fund: for what is asked for and decided from now on. What it has paid
    stays, boosts in review are asked anew when they are decided.

    Raises Refusal at the field of what cannot be, and Outdated unless `version`, where a page had
    it, is the newest.
    """
    permissions.require(by, "fund.manage")
    fund = Fund.objects.select_for_update(no_key=True).get(pk=fund.pk)
    versions.require(fund, version)
    old = told(fund)
    for name, value in terms.items():
        setattr(fund, name, value)
    fund.name_zh, fund.name_en = meaning.line(fund.name_zh), meaning.line(fund.name_en)
    _check(fund)
    save_or_refuse(fund, field="ends_on")
    audit.record("fund.edited", fund, by=by, old=old, new=told(fund))
    return fund


def told(fund: Fund) -> dict[str, Any]:
    """The terms as the audit entry keeps them."""
    facts = {name: getattr(fund, name) for name in TERMS}
    for name in ("starts_on", "ends_on"):
        facts[name] = facts[name] and facts[name].isoformat()
    for name in ("programme", "category"):
        facts[name] = facts[name] and facts[name].code
    return facts


def _check(fund: Fund) -> None:
    """What several fields say together, at the field that has to change."""
    if not 0 <= fund.own_cash_percent <= 99:
        raise Refusal(_("Write per cent from 0 to 99."), field="own_cash_percent")
    if fund.newer_than_days is not None and not 1 <= fund.newer_than_days <= MOST_DAYS:
        raise Refusal(_("Write 1 to %(most)s days.") % {"most": MOST_DAYS}, field="newer_than_days")
    merchant_fen, company_fen = fund.merchant_cap_fen, fund.company_cap_fen
    if merchant_fen and company_fen and merchant_fen > company_fen:
        raise Refusal(
            _("A merchant has at most what its company may have."), field="merchant_cap_fen"
        )
    if not 0 <= fund.reserve_percent <= 100:
        raise Refusal(_("Write per cent from 0 to 100."), field="reserve_percent")
    for name in ("sold_below_fen", "small_below_fen", "merchant_cap_fen", "company_cap_fen"):
        fen = getattr(fund, name)
        if fen is not None and not 0 < fen < TRANSFER_LIMIT_FEN:
            raise Refusal(_("This is no amount."), field=name)


@transaction.atomic
def pay_in(fund: Fund, *, amount_fen: int, reference: str, by: User) -> Transfer | Payment:
    """Add a received payment to a fund, once per bank `reference`; see `payments.record`."""
    payments.lock(fund.account)
    permissions.require(by, "fund.manage")
    return payments.receive(fund.account, amount_fen=amount_fen, reference=reference, by=by)
