"""How much a merchant has sold in 30 days, which rooms above know and say. ADR 0146."""

from collections.abc import Callable, Collection

from merchants.companies.models import Merchant

# What a room above says: the sales of 30 days (fen) of those merchants, by primary key, of which it
# knows them; the others it leaves out.
Teller = Callable[[Collection[Merchant]], dict[int, int]]
_TELLERS: list[Teller] = []


def told_by(teller: Teller) -> None:
    """Ask `teller` from now on; an app calls it once, from `AppConfig.ready`."""
    _TELLERS.append(teller)


def of(merchants: Collection[Merchant]) -> dict[int, int | None]:
    """The sales of 30 days of each of `merchants` (fen), by primary key; None: size unknown."""
    known: dict[int, int] = {}
    for teller in _TELLERS:
        known |= teller(merchants)
    return {merchant.pk: known.get(merchant.pk) for merchant in merchants}
