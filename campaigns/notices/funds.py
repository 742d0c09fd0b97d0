"""Who is told of what happens to funds and in their rounds."""

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from campaigns.boosts.awards import WAITS_ON, Award
from campaigns.fairness.models import Parity
from campaigns.funds.models import Round
from campaigns.notices.common import BY_THE_PLATFORM, only
from campaigns.sharing.models import FundPartner
from portal.notices.audiences import platform_who_may, team_who_may
from portal.notices.told import Nobody, Told
from portal.words import yuan


def _numbers(award: Award) -> dict[str, object]:
    return {
        "fund": award.round.fund,
        "asked": yuan(award.asked_fen),
        "awarded": yuan(award.awarded_fen),
        "note": award.boost.note.title,
    }


def _round(round_: Round) -> str:
    return reverse("campaigns:round-detail", args=[round_.pk])


def _partner(partner: FundPartner) -> str:
    return reverse("campaigns:partner-detail", args=[partner.fund_id])


def _answers(parity: Parity) -> dict[str, object]:
    return {
        "fund": parity,
        "small": f"{parity.small_approved}/{parity.small_answered}",
        "large": f"{parity.large_approved}/{parity.large_answered}",
    }


TABLE: dict[str, Told | Nobody] = {
    "fund.created": BY_THE_PLATFORM,
    "fund.edited": BY_THE_PLATFORM,
    "round.opened": BY_THE_PLATFORM,
    "round.moved": Nobody("each boost that asks is told of, and its page says so"),
    "round.called_off": Nobody("each boost that waited comes back, and that is told"),
    "round.allocated": Told(
        platform_who_may("fund.manage"),
        _("“%(fund)s” was divided: its round is over."),
        page=_round,
        names=lambda round_: {"fund": round_.fund},
    ),
    "round.applied": Nobody("that it was divided is told, and its page says how far it is"),
    "award.granted": Told(
        team_who_may("boost.edit"),
        _("“%(fund)s” grants %(awarded)s of %(asked)s asked for: “%(note)s” is scheduled."),
        page=lambda award: award.boost.get_absolute_url(),
        names=_numbers,
    ),
    "award.returned": Nobody("that the boost came back is told, and its page says why"),
    # One that did not wait any more was stopped or taken back by whoever would be told.
    "award.lapsed": Told(
        only(lambda award: award.cause in WAITS_ON, team_who_may("boost.edit")),
        _("What “%(fund)s” granted could not be moved: “%(note)s” waits for its next round."),
        page=lambda award: award.boost.get_absolute_url(),
        names=_numbers,
    ),
    "fundpartner.asked": Told(
        platform_who_may("fund.manage"),
        _("The partner’s address of “%(fund)s” waits for the signature of another admin."),
        page=_partner,
        names=lambda partner: {"fund": partner.fund},
    ),
    "fundpartner.signed": Nobody("its page says so, and who wrote it asked for it"),
    "fundpartner.sent": Nobody("the partner has the mail, and the page lists it"),
    "fundguest.revoked": Nobody("the page lists it, and the partner asks for another"),
    "parity.fell": Told(
        platform_who_may("fund.manage"),
        _("%(fund)s: small companies are approved less often (%(small)s) than large (%(large)s)."),
        page=lambda parity: reverse("campaigns:fairness-list"),
        names=_answers,
    ),
    "parity.mended": Nobody("it is as it should be; the page says so"),
}
