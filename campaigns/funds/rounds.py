"""Rounds of a fund: opened by an admin, they collect requests until a moment, and divide then.

What is asked for stands in rooms above (`boosts/awarding.py`); here is what a round is given, and
that its outcome can be had again from what was stored. ADR 0145.
"""

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.funds import sizes, waterfill
from campaigns.funds.companies import company_of
from campaigns.funds.models import Fund, FundWay, Round, RoundStatus
from campaigns.funds.takers import left_of
from campaigns.funds.waterfill import Inputs, Request
from merchants.companies.models import Merchant
from portal import clock, typed
from portal.accounts import audit, permissions
from portal.accounts.models import User
from portal.refusals import Refusal
from portal.saving import save_or_refuse


@dataclass(frozen=True)
class Asked:
    """`fen` that a boost of `merchant` asks a fund for; `pk` tells requests apart."""

    pk: int
    merchant: Merchant
    fen: int


@transaction.atomic
def open_round(fund: Fund, *, cut_at: datetime, by: User) -> Round:
    """A round of `fund` that collects what is approved before `cut_at`. One collects at a time.

    The seed that decides the last fen is drawn now, before anybody has asked.
    """
    permissions.require(by, "fund.manage")
    fund = Fund.objects.select_for_update(no_key=True).get(pk=fund.pk)
    if fund.grants_by != FundWay.ROUNDS:
        raise Refusal(_("This fund grants at approval. Change its terms first."), field="cut_at")
    typed.require_year(cut_at, field="cut_at")
    if cut_at <= clock.now():
        raise Refusal(_("The round ends later than now."), field="cut_at")
    made = Round(fund=fund, cut_at=cut_at, seed=secrets.token_hex(16), opened_by=by)
    save_or_refuse(made, field="cut_at")
    audit.record("round.opened", made, by=by, new={"cut_at": cut_at.isoformat()})
    return made


def collecting(funds: Iterable[Fund], *, at: datetime) -> dict[int, Round]:
    """The round of each of `funds` that collects at `at`, by the fund's primary key."""
    found = Round.objects.filter(fund__in=list(funds), status=RoundStatus.COLLECTING, cut_at__gt=at)
    return {each.fund_id: each for each in found}


def close(round_: Round, asked: Sequence[Asked], *, at: datetime) -> dict[int, int]:
    """Divide what the fund of the locked `round_` has among `asked`, and store all that rests on;
    what each gets (fen), by its `pk`."""
    inputs = _inputs(round_, asked)
    given = waterfill.allocate(inputs)
    round_.inputs = inputs.stored()
    round_.outcome = {str(pk): fen for pk, fen in given.items()}
    round_.inputs_sha = fingerprint(round_.inputs)
    round_.code_version = code_version()
    round_.allocated_at = at
    round_.move_to(RoundStatus.ALLOCATED, by=None)
    return given


def again(round_: Round) -> dict[int, int]:
    """The outcome computed anew from what the round has stored, and from nothing else."""
    return waterfill.allocate(Inputs.of(round_.inputs))


def repeats(round_: Round) -> bool:
    """Whether what is stored is what was given, and gives the same fen again."""
    same = {str(pk): fen for pk, fen in again(round_).items()} == round_.outcome
    return same and fingerprint(round_.inputs) == round_.inputs_sha


def fingerprint(inputs: object) -> str:
    """Of what a round was given, whatever order its parts are read in."""
    return sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def code_version() -> str:
    """Which rule divided: its number, and a fingerprint of its text."""
    text = Path(waterfill.__file__).read_bytes()
    return f"{waterfill.RULE}-{sha256(text).hexdigest()[:12]}"


def _inputs(round_: Round, asked: Sequence[Asked]) -> Inputs:
    fund = round_.fund
    merchants = {each.merchant.pk: each.merchant for each in asked}
    left = {pk: left_of([fund], merchant)[fund] for pk, merchant in merchants.items()}
    small = _small(fund, {company_of(merchant) for merchant in merchants.values()})
    return Inputs(
        fund_fen=fund.account.balance_fen,
        reserve_permille=fund.reserve_percent * 10,
        seed=round_.seed,
        requests=tuple(
            Request(
                pk=each.pk,
                merchant=each.merchant.pk,
                company=company_of(each.merchant),
                is_small=company_of(each.merchant) in small,
                asked_fen=each.fen,
            )
            for each in sorted(asked, key=lambda one: one.pk)
        ),
        merchants_left_fen={
            pk: each.merchant_fen for pk, each in left.items() if each.merchant_fen is not None
        },
        companies_left_fen={
            company_of(merchants[pk]): each.company_fen
            for pk, each in left.items()
            if each.company_fen is not None
        },
    )


def _small(fund: Fund, companies: set[str]) -> set[str]:
    """Those of `companies` that sell less in 30 days than the fund calls small, or nobody knows
    what."""
    bound = fund.small_below_fen
    if bound is None:
        return companies
    sold = sizes.of_companies(companies)
    return {company for company, fen in sold.items() if fen is None or fen < bound}
