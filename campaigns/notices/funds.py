"""Who is told of what happens to funds."""

from campaigns.notices.common import BY_THE_PLATFORM
from portal.notices.told import Nobody, Told

TABLE: dict[str, Told | Nobody] = {
    "fund.created": BY_THE_PLATFORM,
    "fund.edited": BY_THE_PLATFORM,
}
