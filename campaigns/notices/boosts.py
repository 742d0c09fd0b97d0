"""Who is told of what happens to boosts."""

from django.db.models import QuerySet
from django.utils.translation import gettext_noop as _

from campaigns.boosts import awarding
from campaigns.boosts.models import Boost, BoostStatus, EndCause
from campaigns.notices.common import OWN_ACT, merchants_page, names_of, only
from portal.accounts.models import AuditEntry, User
from portal.notices.audiences import colleague, either, platform_who_may, team_who_may
from portal.notices.told import Nobody, Told
from portal.review import kinds
from portal.review.concerned import unconcerned
from portal.words import yuan

BY_THE_CLOCK = Nobody("it happens on the day that the merchant chose and the review approved")


def _review(boost: Boost) -> str:
    return kinds.page_of("boost", boost.pk)


def _team_unless_closed(entry: AuditEntry, boost: Boost) -> QuerySet[User]:
    """Whoever asked for it, but when a closing returned it, or it leads nowhere: that is told of
    all its boosts at once, or in the same moment.

    Of what is in review the portal itself returns nothing but what leads nowhere, and rejects again
    nothing but that, or what its team disputes no more.
    """
    asked = team_who_may("boost.edit")(entry, boost)
    is_closed = entry.actor is None and entry.old.get("status") == BoostStatus.SUBMITTED
    return asked.none() if is_closed else asked


TABLE: dict[str, Told | Nobody] = {
    "boost.requested": OWN_ACT,
    "boost.edited": OWN_ACT,
    "boost.submitted": Told(
        either(
            unconcerned(colleague(lambda boost: boost.merchant.account_manager, "boost.review")),
            unconcerned(platform_who_may("boost.review")),
        ),
        _("“%(merchant)s” asks to boost “%(note)s”."),
        page=_review,
        names=names_of,
        otherwise=Told(
            platform_who_may("merchant.assign"),
            _("“%(merchant)s” asks to boost “%(note)s”, and no account manager may decide it."),
            page=merchants_page,
            names=names_of,
        ),
    ),
    "boost.draft": OWN_ACT,
    "boost.appeal_taken_back": OWN_ACT,
    "boost.approved": Nobody("it is scheduled or waits in the same moment, and that is told"),
    "boost.waits": Told(
        team_who_may("boost.edit"),
        _("The boost of “%(note)s” is approved and waits for the round of its fund."),
        page=Boost.get_absolute_url,
        names=names_of,
    ),
    "boost.round_moved": Told(
        team_who_may("boost.edit"),
        _("The round that “%(note)s” asks was moved: see when its fund is divided now."),
        page=Boost.get_absolute_url,
        names=names_of,
    ),
    "boost.paused": OWN_ACT,
    # What a round granted is told with its numbers.
    "boost.scheduled": Told(
        only(lambda boost: not awarding.waits(boost), team_who_may("boost.edit")),
        _("The boost of “%(note)s” is approved."),
        page=Boost.get_absolute_url,
        names=names_of,
    ),
    "boost.returned": Told(
        _team_unless_closed,
        _("The boost of “%(note)s” came back: see the reason."),
        page=Boost.get_absolute_url,
        names=names_of,
    ),
    "boost.rejected": Told(
        _team_unless_closed,
        _("The boost of “%(note)s” was rejected: see the reason."),
        page=Boost.get_absolute_url,
        names=names_of,
    ),
    "boost.late": Nobody("it comes back in the same moment, and that is told"),
    "boost.running": BY_THE_CLOCK,
    "boost.completed": BY_THE_CLOCK,
    "boost.stopped": Told(
        # What a team stops itself is its own; a closing tells of all that it ended at once, and
        # what leads nowhere is told as that.
        only(lambda boost: boost.end_cause == EndCause.PLATFORM, team_who_may("boost.edit")),
        _("The platform stopped the boost of “%(note)s”: see the reason. What was left came back."),
        page=Boost.get_absolute_url,
        names=names_of,
    ),
    "boost.taken_off": Told(
        team_who_may("boost.edit"),
        _("The note “%(note)s” leads nowhere any more: its boost was taken off, see the reason."),
        page=Boost.get_absolute_url,
        names=names_of,
    ),
    "boost.first_signed": Told(
        unconcerned(platform_who_may("boost.review")),
        _("The boost of “%(note)s” by “%(merchant)s” has one signature and waits for yours."),
        page=_review,
        names=names_of,
        otherwise=Told(
            platform_who_may("merchant.assign"),
            _("The boost of “%(note)s” by “%(merchant)s” waits, and no second person may sign it."),
            page=merchants_page,
            names=names_of,
        ),
    ),
    "boost.settled": Told(
        only(lambda boost: boost.end_cause != EndCause.CLOSING, team_who_may("wallet.view")),
        _("The boost of “%(note)s” is settled: %(captured)s spent."),
        page=Boost.get_absolute_url,
        names=lambda boost: {**names_of(boost), "captured": yuan(boost.captured_fen)},
    ),
}
