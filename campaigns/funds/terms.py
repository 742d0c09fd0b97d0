"""What each fund asks of those whom it pays, as sentences that say why not. ADR 0146.

One home: the form, submitting, approving and rounds all ask here. Terms are fields of the fund; a
size that nobody knows is taken for small, and said to be.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from campaigns.funds import rounds, sizes, takers
from campaigns.funds.companies import company_of
from campaigns.funds.models import Fund, FundWay, Round
from campaigns.funds.takers import Left
from merchants.catalogue.models import Category, Product
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from portal import clock, words
from portal.words import yuan


@dataclass(frozen=True)
class No:
    """Why a fund does not pay, and the field of the boost's form that it is about."""

    field: str
    sentence: str


@dataclass(frozen=True)
class Offer:
    """A fund as one merchant reads it: why it pays nothing of his boosts, or what it asks then."""

    fund: Fund
    why_not: list[str]
    asks: list[str]


def offers(funds: Iterable[Fund], merchant: Merchant, *, at: datetime) -> list[Offer]:
    """`funds`, read `for_terms`, as `merchant` reads them now. Those that are over are not among
    them."""
    day = clock.day_of(at)
    current = [fund for fund in funds if fund.ends_on is None or fund.ends_on >= day]
    left, sold_fen = takers.left_of(current, merchant), _sold(current, merchant)
    open_ = _rounds(current, at=at)
    return [
        Offer(
            fund,
            why_not=[
                *_of_merchant(fund, merchant, left[fund], sold_fen, at=at),
                *_of_rounds(fund, open_),
            ],
            asks=_asks(fund, left[fund], sold_fen, open_.get(fund.pk)),
        )
        for fund in current
    ]


def refusals(
    fund: Fund,
    merchant: Merchant,
    *,
    note: Note,
    starts_on: date,
    budget_fen: int,
    grant_fen: int,
    at: datetime,
) -> list[No]:
    """Why `fund` does not pay `grant_fen` of a boost of `note` at `at`; empty when it does."""
    open_ = _rounds([fund], at=at)
    left = takers.left_of([fund], merchant)[fund]
    of_merchant = _of_merchant(fund, merchant, left, _sold([fund], merchant), at=at)
    return [
        *(No("fund", sentence) for sentence in of_merchant),
        *(No("fund", sentence) for sentence in _of_rounds(fund, open_)),
        *(No("starts_on", said) for said in _of_days(fund, open_.get(fund.pk), starts_on)),
        *(No("note", sentence) for sentence in _of_note(fund, note, at=at)),
        *(No("grant", sentence) for sentence in _of_amounts(fund, left, budget_fen, grant_fen)),
    ]


def most_grant_fen(fund: Fund, budget_fen: int) -> int:
    """The most that the fund pays of such a budget: what its merchant has not to pay himself."""
    return budget_fen * (100 - fund.own_cash_percent) // 100


def _rounds(funds: Iterable[Fund], *, at: datetime) -> dict[int, Round]:
    """The round that each fund which grants in rounds collects for at `at`."""
    in_rounds = [fund for fund in funds if fund.grants_by == FundWay.ROUNDS]
    return rounds.collecting(in_rounds, at=at) if in_rounds else {}


def _of_rounds(fund: Fund, open_: dict[int, Round]) -> list[str]:
    if fund.grants_by != FundWay.ROUNDS or fund.pk in open_:
        return []
    return [_("“%(fund)s” is divided in rounds, and none is open now.") % {"fund": fund}]


def _of_days(fund: Fund, round_: Round | None, starts_on: date) -> list[str]:
    """Before the round is divided nobody can say what the boost may cost."""
    if round_ is None or starts_on >= clock.day_of(round_.cut_at):
        return []
    told = {"fund": fund, "day": words.day(clock.day_of(round_.cut_at))}
    return [_("“%(fund)s” is divided on %(day)s: choose a first day from then on.") % told]


def _sold(funds: Iterable[Fund], merchant: Merchant) -> int | None:
    """What the merchant's company sold in 30 days, asked only where a fund rests on it."""
    if not any(fund.sold_below_fen for fund in funds):
        return None
    company = company_of(merchant)
    return sizes.of_companies([company])[company]


def _of_merchant(
    fund: Fund, merchant: Merchant, left: Left, sold_fen: int | None, *, at: datetime
) -> list[str]:
    day, said = clock.day_of(at), []
    if fund.starts_on and day < fund.starts_on:
        said.append(
            _("“%(fund)s” pays from %(day)s on.") % {"fund": fund, "day": words.day(fund.starts_on)}
        )
    if fund.ends_on and day > fund.ends_on:
        said.append(
            _("“%(fund)s” paid until %(day)s.") % {"fund": fund, "day": words.day(fund.ends_on)}
        )
    if fund.sold_below_fen and sold_fen is not None and sold_fen >= fund.sold_below_fen:
        said.append(
            _("“%(fund)s” is for companies that sell less than %(bound)s in 30 days.")
            % {"fund": fund, "bound": yuan(fund.sold_below_fen)}
        )
    days = fund.newer_than_days
    if days is not None and merchant.created_at <= at - timedelta(days=days):
        said.append(
            _("“%(fund)s” is for merchants of the last %(days)s; yours is here since %(since)s.")
            % {
                "fund": fund,
                "days": words.days(days),
                "since": words.day(clock.day_of(merchant.created_at)),
            }
        )
    if left.least_fen == 0:
        said.append(_("You have had all that “%(fund)s” grants to one.") % {"fund": fund})
    return said


def _of_note(fund: Fund, note: Note, *, at: datetime) -> list[str]:
    """A listing that fits is enough: readers can buy what the fund is for."""
    if fund.category is None and fund.programme is None:
        return []
    tree = Category.objects.as_tree()
    sold = note.listings.live().select_related("product__store")
    if any(_fits(fund, listing.product, tree, at=at) for listing in sold):
        return []
    told = {"fund": fund, "what": " · ".join(_what(fund))}
    return [_("“%(fund)s” is for notes that sell something of: %(what)s.") % told]


def _fits(fund: Fund, product: Product, tree: dict[int, Category], *, at: datetime) -> bool:
    category = tree[product.category_id]
    if fund.category_id and fund.category_id not in {each.pk for each in category.lineage()}:
        return False
    if fund.programme is None:
        return True
    kind = product.store.kind
    return fund.programme.runs_on(clock.day_of(at)) and kind in fund.programme.store_kinds


def _of_amounts(fund: Fund, left: Left, budget_fen: int, grant_fen: int) -> list[str]:
    said = []
    if grant_fen > (most_fen := most_grant_fen(fund, budget_fen)):
        said.append(
            _("You pay at least %(percent)s %% yourself: “%(fund)s” pays at most %(most)s of this.")
            % {"percent": fund.own_cash_percent, "fund": fund, "most": yuan(most_fen)}
        )
    if left.least_fen and grant_fen > left.least_fen:
        said.append(
            _("“%(fund)s” grants you at most %(left)s more.")
            % {"fund": fund, "left": yuan(left.least_fen)}
        )
    return said


def _what(fund: Fund) -> list[str]:
    """What must be sold, in names."""
    return [str(each) for each in (fund.programme, fund.category) if each is not None]


def _asks(fund: Fund, left: Left, sold_fen: int | None, round_: Round | None) -> list[str]:
    """What the fund asks of a boost, for whom it pays."""
    said = []
    if round_ is not None:
        said.append(
            _(
                "“%(fund)s” is divided at %(at)s among all whose boosts are approved by then; you "
                "may get less than you ask for, and your boost becomes smaller by that."
            )
            % {"fund": fund, "at": words.instant(round_.cut_at)}
        )
    if what := _what(fund):
        told = {"fund": fund, "what": " · ".join(what)}
        said.append(_("“%(fund)s” is for notes that sell something of: %(what)s.") % told)
    if fund.own_cash_percent:
        said.append(
            _("Of a boost that “%(fund)s” pays a part of, you pay at least %(percent)s %%.")
            % {"fund": fund, "percent": fund.own_cash_percent}
        )
    if left.least_fen is not None:
        said.append(
            _("“%(fund)s” grants you at most %(left)s more.")
            % {"fund": fund, "left": yuan(left.least_fen)}
        )
    if fund.sold_below_fen and sold_fen is None:
        said.append(
            _("“%(fund)s” is for small merchants; your size is unknown, and you count as small.")
            % {"fund": fund}
        )
    return said
