"""Funds: made and filled by platform admins, drawn on by boosts."""

from django.db import transaction

from campaigns.funds.models import Fund, FundingSource
from campaigns.ledger import payments
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import AccountKind, Payment, Transfer
from portal import meaning
from portal.accounts import audit, permissions
from portal.accounts.models import User
from portal.saving import clean_or_refuse, save_or_refuse


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
def pay_in(fund: Fund, *, amount_fen: int, reference: str, by: User) -> Transfer | Payment:
    """Add a received payment to a fund, once per bank `reference`; see `payments.record`."""
    payments.lock(fund.account)
    permissions.require(by, "fund.manage")
    return payments.receive(fund.account, amount_fen=amount_fen, reference=reference, by=by)
