"""How much a company has sold in 30 days, which rooms above know and say. ADR 0146."""

from collections.abc import Callable, Collection

from campaigns.funds.companies import company_of, merchants_of
from merchants.companies.models import Merchant

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
