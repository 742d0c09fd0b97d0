"""Who is told of what ad servers say."""

from django.utils.translation import gettext_noop as _

from campaigns.boosts.models import Boost
from campaigns.notices.common import BY_THE_PLATFORM, names_of
from portal.notices.audiences import both, platform_who_may, team_who_may
from portal.notices.told import Nobody, Told
from portal.words import yuan

TABLE: dict[str, Told | Nobody] = {
    "boost.spend_refused": Told(
        both(platform_who_may("adserver.manage"), team_who_may("boost.edit")),
        _("The ad server said more of “%(note)s” than is paid: %(refused)s refused."),
        page=Boost.get_absolute_url,
        names=lambda boost: {**names_of(boost), "refused": yuan(boost.refused_fen)},
    ),
    "adserver.created": BY_THE_PLATFORM,
    "adserver.edited": BY_THE_PLATFORM,
}
