"""How much a company has sold in 30 days, which rooms above know and say. ADR 0146."""

from collections.abc import Callable, Collection

from django.utils.translation import gettext as _

from campaigns.funds.companies import company_of, merchants_of
from merchants.companies.models import Merchant
from portal import words
from portal.review.sizes import Size

# Where no fund says what is small: whose company sells for less in 30 days.
SMALL_BELOW_FEN = 10_000_000

# What a room above says: the sales of 30 days (fen) of those merchants, by primary key, of which it
# knows them; the others it leaves out.
Teller = Callable[[Collection[Merchant]], dict[int, int]]
_TELLERS: list[Teller] = []


def told_by(teller: Teller) -> None:
    """Ask `teller` from now on; an app calls it once, from `AppConfig.ready`."""
    _TELLERS.append(teller)


def of_companies(companies: Collection[str]) -> dict[str, int | None]:
    """The sales of 30 days (fen) of each of `companies`; None: size unknown.

    All its merchants together, so that a large one does not ask through its smallest. Of whom
    nobody knows anything adds nothing to what is known of the others.
    """
    wanted = set(companies)
    merchants = merchants_of(wanted)
    known: dict[int, int] = {}
    for teller in _TELLERS:
        known |= teller(merchants)
    sold: dict[str, int | None] = dict.fromkeys(wanted)
    for merchant in merchants:
        if merchant.pk in known:
            company = company_of(merchant)
            sold[company] = (sold[company] or 0) + known[merchant.pk]
    return sold


def of_teams(teams: Collection[int]) -> dict[int, Size]:
    """Small or large, each of `teams` (primary keys) whose company's sales are known."""
    companies = {
        team: company_of(merchant)
        for team, merchant in Merchant.objects.in_bulk(teams, field_name="team_id").items()
    }
    sold = of_companies(set(companies.values()))
    sizes = {}
    for team, company in companies.items():
        if (fen := sold[company]) is not None:
            sizes[team] = Size.SMALL if fen < SMALL_BELOW_FEN else Size.LARGE
    return sizes


def explained() -> str:
    """Who is small where no fund says so, as a sentence."""
    return _("Small is whose company sells for less than %(fen)s in 30 days, as of now.") % {
        "fen": words.yuan(SMALL_BELOW_FEN)
    }
