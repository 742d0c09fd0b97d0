"""Who is told of what ad servers say."""

from django.utils.translation import gettext as say
from django.utils.translation import gettext_noop as _

from campaigns.boosts import spans
from campaigns.boosts.models import Boost
from campaigns.delivery import why_not
from campaigns.delivery.idle import IDLE_AFTER
from campaigns.delivery.models import DeliveryMessage
from campaigns.delivery.rows import HOUR
from campaigns.notices.common import BY_THE_PLATFORM, names_of
from portal import clock
from portal.notices.audiences import both, platform_who_may, team_who_may
from portal.notices.told import Nobody, Told
from portal.words import yuan


class FirstCause:
    """Why a boost spends nothing, in the language of whoever reads."""

    def __init__(self, boost: Boost) -> None:
        # In the morning the cause is that of last evening: that it is not shown now is none.
        shown_at = spans.last_shown(boost.day_part, clock.now())
        self.facts = why_not.facts_of(boost, at=shown_at)

    def __str__(self) -> str:
        causes = why_not.causes(self.facts)
        return causes[0].said if causes else say("Nothing that the portal knows speaks against it.")


TABLE: dict[str, Told | Nobody] = {
    "boost.spend_refused": Told(
        both(platform_who_may("adserver.manage"), team_who_may("boost.edit")),
        _("Of what the ad server said of “%(note)s”, %(refused)s is not paid."),
        page=Boost.get_absolute_url,
        names=lambda boost: {**names_of(boost), "refused": yuan(boost.refused_fen)},
    ),
    "boost.idle": Told(
        team_who_may("boost.edit"),
        _("The boost of “%(note)s” spent nothing in its last %(hours)s hours to be shown. %(why)s"),
        page=Boost.get_absolute_url,
        names=lambda boost: {
            **names_of(boost),
            "hours": str(IDLE_AFTER // HOUR),
            "why": FirstCause(boost),
        },
    ),
    "deliverymessage.stuck": Told(
        platform_who_may("adserver.manage"),
        _(
            "A message of “%(server)s” cannot be carried out in full: a fault of the portal, which "
            "goes on trying. Rows of other boosts are taken. Tell whoever runs the portal."
        ),
        page=DeliveryMessage.get_absolute_url,
        names=lambda message: {"server": message.ad_server},
    ),
    "adserver.created": BY_THE_PLATFORM,
    "adserver.edited": BY_THE_PLATFORM,
}
