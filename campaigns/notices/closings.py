"""Who is told of boosts that end because what they led to was closed."""

from django.urls import reverse
from django.utils.translation import gettext as say
from django.utils.translation import gettext_noop as _

from campaigns.closings.models import Closing, ClosingBoost, ClosingMerchant, Fate
from portal import words
from portal.notices.audiences import both, platform_who_may, team_who_may
from portal.notices.told import Nobody, Told

# Of one merchant in one notice; the list of boosts has the others.
MOST_NAMED = 20


def _named(hit: ClosingBoost) -> str:
    title = f"“{hit.boost.note.title}”"
    if hit.fate != Fate.REJECTED:
        return title
    # It neither ended nor came back, and whoever disagreed has to know.
    return say("%(title)s (it stays rejected)") % {"title": title}


class Named:
    """The notes of the boosts that were hit, in the language of whoever reads."""

    def __init__(self, told: ClosingMerchant) -> None:
        self.titles = [_named(hit) for hit in told.hit()]

    def __str__(self) -> str:
        named = say(", ").join(self.titles[:MOST_NAMED])
        more = len(self.titles) - MOST_NAMED
        return (
            named
            if more <= 0
            else say("%(named)s and %(more)s more") % {"named": named, "more": more}
        )


def _boosts(told: ClosingMerchant) -> str:
    return reverse("campaigns:boost-list", args=[told.merchant.code])


def _opening(closing: Closing) -> str:
    return reverse("merchants:rulechange-detail", args=[closing.opening.change_id])


TABLE: dict[str, Told | Nobody] = {
    "closingmerchant.told": Told(
        # Of the boosts and of their money: no notice of a single one says either.
        both(team_who_may("boost.edit"), team_who_may("wallet.view")),
        _(
            "%(scope)s is closed. Your boosts that led nowhere else ended, came back or stay as "
            "they were: %(notes)s. %(released)s went back."
        ),
        page=_boosts,
        names=lambda told: {
            "scope": told.closing,
            "notes": Named(told),
            "released": words.yuan(told.hit().released_fen()),
        },
    ),
    "closing.finished": Told(
        platform_who_may("opening.sign"),
        _("%(scope)s is closed: %(count)s boosts that led nowhere else were ended or returned."),
        page=_opening,
        names=lambda closing: {
            "scope": closing,
            "count": words.count(closing.boosts.hit().count()),
        },
    ),
}
