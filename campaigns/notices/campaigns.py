"""Who is told of what happens to campaigns."""

from campaigns.notices.common import OWN_ACT
from portal.notices.told import Nobody, Told

TABLE: dict[str, Told | Nobody] = {
    "campaign.opened": OWN_ACT,
    "campaign.edited": OWN_ACT,
    "campaign.closed": OWN_ACT,
    "campaign.opened_again": OWN_ACT,
    "campaign.note_added": OWN_ACT,
    "campaign.note_removed": OWN_ACT,
}
