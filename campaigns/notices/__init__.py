"""Who is told of what happens here: a table per noun, a row per act."""

from campaigns.notices import (
    boosts,
    campaigns,
    closings,
    costs,
    delivery,
    funds,
    invoices,
    money,
    reconciling,
    refunds,
)
from portal.notices.told import Nobody, Told

TABLE: dict[str, Told | Nobody] = {
    **boosts.TABLE,
    **money.TABLE,
    **refunds.TABLE,
    **invoices.TABLE,
    **reconciling.TABLE,
    **delivery.TABLE,
    **campaigns.TABLE,
    **costs.TABLE,
    **funds.TABLE,
    **closings.TABLE,
}
