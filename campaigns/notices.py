"""Who is told of what happens to boosts: a row per act."""

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from campaigns.boosts.models import Boost
from portal.notices.audiences import either, person, platform_who_may, team_who_may
from portal.notices.table import Nobody, Told

OWN_ACT = Nobody("the merchant did it itself, and it concerns nobody else")
BY_THE_CLOCK = Nobody("it happens on the day that the merchant chose and the review approved")


def _review(boost: Boost) -> str:
    return reverse("campaigns:review-detail", args=[boost.pk])


def _names(boost: Boost) -> dict[str, object]:
    return {"note": boost.note.title, "merchant": boost.merchant.name}


TABLE: dict[str, Told | Nobody] = {
    "boost.requested": OWN_ACT,
    "boost.edited": OWN_ACT,
    "boost.submitted": Told(
        either(
            person(lambda boost: boost.merchant.account_manager),
            platform_who_may("boost.review"),
        ),
        _("“%(merchant)s” asks to boost “%(note)s”."),
        page=_review,
        names=_names,
    ),
    "boost.draft": OWN_ACT,
    "boost.scheduled": Told(
        team_who_may("boost.edit"),
        _("The boost of “%(note)s” is approved."),
        page=Boost.get_absolute_url,
        names=_names,
    ),
    "boost.returned": Told(
        team_who_may("boost.edit"),
        _("The boost of “%(note)s” came back: see the reason."),
        page=Boost.get_absolute_url,
        names=_names,
    ),
    "boost.rejected": Told(
        team_who_may("boost.edit"),
        _("The boost of “%(note)s” was rejected: see the reason."),
        page=Boost.get_absolute_url,
        names=_names,
    ),
    "boost.running": BY_THE_CLOCK,
    "boost.completed": BY_THE_CLOCK,
    "boost.stopped": OWN_ACT,
}
