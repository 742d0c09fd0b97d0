"""What merchants are called on the page of a fund."""

from collections.abc import Collection

from campaigns.funds.models import Fund
from campaigns.sharing import codes
from campaigns.sharing.models import FundAlias


def of(fund: Fund, merchants: Collection[int]) -> dict[int, str]:
    """The alias of each of `merchants` (primary keys) in `fund`; who has none yet draws one."""
    known = _known(fund, merchants)
    # Of two that draw at once, or of two merchants that draw one name, one stays and reads it.
    while new := set(merchants) - known.keys():
        FundAlias.objects.bulk_create(
            (FundAlias(fund=fund, merchant_id=pk, name=codes.alias()) for pk in sorted(new)),
            ignore_conflicts=True,
        )
        known = _known(fund, merchants)
    return known


def _known(fund: Fund, merchants: Collection[int]) -> dict[int, str]:
    rows = FundAlias.objects.filter(fund=fund, merchant__in=merchants)
    return dict(rows.values_list("merchant_id", "name"))
