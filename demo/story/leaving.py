"""Whether the demo world may be here at all, and how it is taken away again."""

import shutil
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from campaigns.delivery import servers
from campaigns.delivery.models import AdServer
from demo.people import cast
from demo.people.cast import HOST
from demo.story import history, serving
from merchants.companies.models import Merchant
from merchants.listings import verbs as listings
from merchants.listings.models import Listing, ListingStatus
from portal.accounts import mails, switching
from portal.accounts.models import PlatformRole, Role, User
from portal.refusals import Refusal
from portal.webhooks import verbs as endpoints
from portal.webhooks.models import EndpointState


@dataclass(frozen=True)
class Left:
    """What was taken away: people who can sign in no more, and listings that have ended."""

    people: int
    listings: int


def refuse_where_people_work() -> None:
    """Raises Refusal on a site that is served to others: everybody knows the demo's password."""
    if settings.HTTPS:
        raise Refusal(
            _("The demo world is for trying the portal on one machine; this site has HTTPS.")
        )
    if cast.has_moved_in() and not _people().filter(is_active=True).exists():
        raise Refusal(
            _("The demo world was taken away here. Start with an empty database to have it again.")
        )
    if User.objects.exclude(platform_role="").exclude(pk__in=_people()).exists():
        raise Refusal(
            _("The platform's own people work here; the demo world would let in everybody.")
        )


def leave() -> Left:
    """End its listings and its ad server, let none of its people in any more, and remove its files.

    What the ledger and the audit log say of it stays: they only grow, and so do the rows they
    name. Doing it again changes nothing. Raises Refusal where there is no demo world.
    """
    if not cast.has_moved_in():
        raise Refusal(_("There is no demo world here."))
    merchants = Merchant.objects.filter(team__memberships__user__in=_people()).distinct()
    shown = Listing.objects.filter(merchant__in=merchants).exclude(
        status__in=[ListingStatus.ENDED, ListingStatus.DRAFT]
    )
    ended = 0
    for listing in shown.select_related("merchant__team"):
        owners = _people().filter(
            is_active=True,
            memberships__team=listing.merchant.team,
            memberships__role=Role.OWNER,
        )
        if owner := owners.first():
            listings.end(listing, by=owner)
            ended += 1
    _end_server()
    gone = list(_people().filter(is_active=True))
    # Their addresses are nobody's.
    with mails.held_back():
        for user in gone:
            switching.switch_off(user, reason=_("The demo world was taken away."))
    shutil.rmtree(history.folder(), ignore_errors=True)
    return Left(people=len(gone), listings=ended)


def _end_server() -> None:
    """Its ad server gets no boost any more and is told nothing; what it says of those that it has
    is heard, as of any other."""
    admin = _people().filter(is_active=True, platform_role=PlatformRole.ADMIN).first()
    server = AdServer.objects.filter(endpoint__code=serving.CODE).first()
    if admin is None or server is None:
        return
    servers.edit(
        server,
        name_zh=server.name_zh,
        name_en=server.name_en,
        wait_hours=server.wait_hours,
        is_active=False,
        by=admin,
    )
    if server.endpoint.can_move_to(EndpointState.OFF):
        endpoints.switch_off(server.endpoint, reason=_("The demo world was taken away."), by=admin)


def _people() -> QuerySet[User]:
    return User.objects.filter(email__endswith=f"@{HOST}")
