"""Who is told of costs and of what is assumed."""

from campaigns.notices.common import OWN_ACT
from portal.notices.told import Nobody, Told

TABLE: dict[str, Told | Nobody] = {
    "cost.recorded": OWN_ACT,
    "cost.corrected": OWN_ACT,
    "cost.withdrawn": OWN_ACT,
    "costfile.added": OWN_ACT,
    "assumption.recorded": OWN_ACT,
}
