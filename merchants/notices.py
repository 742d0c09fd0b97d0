"""Who is told of what happens to companies, stores, listings, openings and applications.

A row per act: every move, and every other act that is done to one of them.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from merchants.companies.models import Merchant
from merchants.notes.models import FeedRequest
from merchants.openings.models import OpeningApplication
from merchants.rulechanges.models import ChangeStatus, RuleChange
from merchants.stores.models import Store
from portal.accounts.models import AuditEntry, User
from portal.notices.audiences import both, colleague, platform_who_may, team
from portal.notices.told import Nobody, Told
from portal.review import kinds
from portal.review.concerned import unconcerned
from portal.review.models import SIGNED, Decision
from portal.shell import navigation

OWN_ACT = Nobody("the merchant did it itself, and it concerns nobody else")


def _change(change: RuleChange) -> str:
    return reverse("merchants:rulechange-detail", args=[change.pk])


def _author(change: RuleChange) -> User:
    return change.author


def _signed_it(entry: AuditEntry, change: RuleChange) -> QuerySet[User]:
    """Who said yes to a change, first or last, under whichever version."""
    yes = Decision.objects.filter(verdict__in=[SIGNED, ChangeStatus.SIGNED])
    signers = yes.filter(noun=change.noun, number=change.pk).values("by")
    signed = Q(pk__in=signers) | Q(pk=change.approver_id)
    return platform_who_may("opening.propose")(entry, change).filter(signed)


def _made_what_goes(entry: AuditEntry, change: RuleChange) -> QuerySet[User]:
    """Who proposed or signed what a rollback takes back, but for who proposed that."""
    if change.takes_back is None:
        return User.objects.none()
    made = both(colleague(_author, "opening.propose"), _signed_it)
    return made(entry, change.takes_back).exclude(pk=change.author_id)


def _to_decide(kind: str) -> Callable[[Any], str]:
    """The page on which a row of this kind is decided."""
    return lambda row: kinds.page_of(kind, row.pk)


def _company(merchant: Merchant) -> str:
    return reverse("merchants:merchant-detail", args=[merchant.code])


def _home(merchant: Merchant) -> str:
    return navigation.home_of(merchant.code)


def _manager_of(merchant: Merchant) -> dict[str, object]:
    return {"merchant": merchant, "manager": merchant.account_manager}


def _looked_after_it(entry: AuditEntry, merchant: Merchant) -> QuerySet[User]:
    """The account manager whom another one followed."""
    colleagues = platform_who_may("merchant.look_after")(entry, merchant)
    return colleagues.filter(email=entry.old.get("account_manager"))


def _team_of_another(entry: AuditEntry, merchant: Merchant) -> QuerySet[User]:
    """The merchant's team, when it had another account manager: the first comes with a yes."""
    return team(entry, merchant) if entry.old else User.objects.none()


def _store(store: Store) -> str:
    return reverse("merchants:store-detail", args=[store.merchant.code, store.pk])


def _application(application: OpeningApplication) -> str:
    code = application.merchant.code
    return reverse("merchants:application-detail", args=[code, application.pk])


def _notes(asked: FeedRequest) -> str:
    return reverse("merchants:note-list", args=[asked.merchant.code])


def _itself(name: str) -> Callable[[Any], dict[str, object]]:
    """The one placeholder of a sentence about the row: what the row is called."""
    return lambda row: {name: row}


_STORE_WAITS = Told(
    platform_who_may("store.verify"),
    _("The store “%(store)s” waits for verification."),
    page=_to_decide("store"),
    names=_itself("store"),
)
_APPLICATION_WAITS = Told(
    platform_who_may("application.decide"),
    _("The application of %(merchant)s waits for a decision."),
    page=_to_decide("application"),
    names=lambda application: {"merchant": application.merchant},
)

TABLE: dict[str, Told | Nobody] = {
    "merchant.registered": OWN_ACT,
    "merchant.edited": OWN_ACT,
    "merchant.submitted": Told(
        platform_who_may("merchant.verify"),
        _("“%(merchant)s” waits for verification."),
        page=_to_decide("merchant"),
        names=_itself("merchant"),
    ),
    "merchant.assigned": Told(
        colleague(lambda merchant: merchant.account_manager, "merchant.look_after"),
        _("You look after “%(merchant)s” now."),
        page=_home,
        names=_itself("merchant"),
        others=[
            Told(
                _looked_after_it,
                _("%(manager)s looks after “%(merchant)s” now, no longer you."),
                page=_home,
                names=_manager_of,
            ),
            Told(
                _team_of_another,
                _("%(manager)s is the account manager of “%(merchant)s” now."),
                page=_company,
                names=_manager_of,
            ),
        ],
    ),
    "merchant.verified": Told(
        team,
        _("“%(merchant)s” is verified."),
        page=_company,
        names=_itself("merchant"),
    ),
    "merchant.returned": Told(
        team,
        _("“%(merchant)s” was returned; see the reason."),
        page=_company,
        names=_itself("merchant"),
    ),
    "store.registered": _STORE_WAITS,
    "store.verifying": _STORE_WAITS,
    "store.verified": Told(
        team,
        _("The store “%(store)s” is verified."),
        page=_store,
        names=_itself("store"),
    ),
    "store.rejected": Told(
        team,
        _("The store “%(store)s” was rejected; see the reason."),
        page=_store,
        names=_itself("store"),
    ),
    "feedrequest.submitted": Told(
        platform_who_may("feed.decide"),
        _("%(merchant)s asks for the community's feed."),
        page=_to_decide("feed"),
        names=lambda asked: {"merchant": asked.merchant},
    ),
    "feedrequest.approved": Told(
        team,
        _("Your notes come with the community's feed now: what you publish appears within a day."),
        page=_notes,
        names=lambda asked: {},
    ),
    "feedrequest.rejected": Told(
        team,
        _("Your request for the community's feed was rejected; see the reason."),
        page=_notes,
        names=lambda asked: {},
    ),
    "feedrequest.withdrawn": Nobody("it leaves the queue, and nobody has it in hand"),
    "listing.linked": OWN_ACT,
    "listing.edited": OWN_ACT,
    "listing.live": OWN_ACT,
    "listing.paused": OWN_ACT,
    "listing.ended": OWN_ACT,
    "rulechange.proposed": Told(
        platform_who_may("opening.sign"),
        _("A rule change waits for signatures: %(change)s"),
        page=_to_decide("rulechange"),
        names=_itself("change"),
    ),
    "rulechange.first_signed": Told(
        unconcerned(platform_who_may("opening.sign")),
        _("A rule change has one signature and waits for yours: %(change)s"),
        page=_to_decide("rulechange"),
        names=_itself("change"),
        others=[
            Told(
                colleague(_author, "opening.propose"),
                _("Your rule change has one signature and waits for another: %(change)s"),
                page=_change,
                names=_itself("change"),
            )
        ],
    ),
    "rulechange.signed": Told(
        colleague(_author, "opening.propose"),
        _("Your rule change was signed: %(change)s"),
        page=_change,
        names=_itself("change"),
        others=[
            Told(
                _made_what_goes,
                _("A rule change that you proposed or signed was taken back: %(change)s"),
                page=_change,
                names=lambda change: {"change": change.takes_back or change},
            )
        ],
    ),
    "rulechange.rejected": Told(
        colleague(_author, "opening.propose"),
        _("Your rule change was rejected; see the reason: %(change)s"),
        page=_change,
        names=_itself("change"),
        others=[
            Told(
                _signed_it,
                _("A rule change that you signed was rejected; see the reason: %(change)s"),
                page=_change,
                names=_itself("change"),
            )
        ],
    ),
    "rulechange.withdrawn": Told(
        _signed_it,
        _("A rule change that you signed was withdrawn: %(change)s"),
        page=_change,
        names=_itself("change"),
    ),
    # The first act is the application's own verb, the others are its moves.
    "application.submitted": _APPLICATION_WAITS,
    "openingapplication.submitted": _APPLICATION_WAITS,
    "openingapplication.approved": Told(
        team,
        _("Your application was approved: %(application)s"),
        page=_application,
        names=_itself("application"),
    ),
    "openingapplication.returned": Told(
        team,
        _("Your application was returned; see the reason: %(application)s"),
        page=_application,
        names=_itself("application"),
    ),
    "openingapplication.rejected": Told(
        team,
        _("Your application was rejected; see the reason: %(application)s"),
        page=_application,
        names=_itself("application"),
    ),
}
