"""Several notes on one form: a boost of each, the budget shared out to the fen, all or none."""

from collections.abc import Sequence
from typing import Unpack
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from campaigns.boosts import verbs
from campaigns.boosts.asked import MIN_DAILY_BUDGET_FEN, PlanRefusal
from campaigns.boosts.models import EDITABLE, Boost, BoostStatus
from campaigns.boosts.period import days_of
from campaigns.boosts.plans import Plan
from campaigns.campaigns.belonging import take_lock
from campaigns.campaigns.models import Campaign
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from portal import words
from portal.accounts import permissions
from portal.accounts.models import User

MOST_NOTES = 12


def split(total_fen: int, parts: int) -> list[int]:
    """`total_fen` in so many parts that sum to it and differ by a fen at most."""
    share_fen, rest = divmod(total_fen, parts)
    return [share_fen + (place < rest) for place in range(parts)]


@transaction.atomic
def request(
    merchant: Merchant, notes: Sequence[Note], *, request_key: UUID, by: User, **plan: Unpack[Plan]
) -> list[Boost]:
    """A draft for each of `notes`, whose budgets, grants and caps sum to those of the plan.

    The same `request_key` again gives the same boosts, changed to the plan where it differs; what
    that form had asked for and asks for no more is stopped. Raises what `verbs.request` raises, and
    nothing is asked for then.
    """
    permissions.require(by, "boost.edit", merchant.team)
    if not 0 < len(notes) <= MOST_NOTES:
        raise PlanRefusal(_("Choose at most %(most)s notes.") % {"most": MOST_NOTES}, field="also")
    _check_budget(plan, len(notes))
    keys = [_key_of(request_key, note, notes) for note in notes]
    _lock(merchant, request_key, notes, plan.get("campaign"))
    _stop_others(merchant, request_key, keys, by=by)
    shares = zip(
        split(plan["budget_fen"], len(notes)), split(plan.get("grant_fen", 0), len(notes)),
        strict=True,
    )  # fmt: skip
    cap_fen = plan.get("daily_cap_fen")
    caps: list[int | None] = [*split(cap_fen, len(notes))] if cap_fen else [None] * len(notes)
    made = []
    for note, key, (budget_fen, grant_fen), most_fen in zip(notes, keys, shares, caps, strict=True):
        own: Plan = {
            **plan,
            "note": note,
            "budget_fen": budget_fen,
            "grant_fen": grant_fen,
            "fund": plan.get("fund") if grant_fen or len(notes) == 1 else None,
            "daily_cap_fen": most_fen,
        }
        made.append(verbs.request(merchant, request_key=key, by=by, **own))
    if len(made) > 1:
        Boost.objects.filter(pk__in=[boost.pk for boost in made]).update(together=request_key)
    return made


def _key_of(request_key: UUID, note: Note, notes: Sequence[Note]) -> UUID:
    """A boost alone has the key of its form, one of several a key of its form and note."""
    return request_key if len(notes) == 1 else uuid5(request_key, note.external_id)


def _check_budget(plan: Plan, notes: int) -> None:
    days = days_of(plan["starts_on"], plan["ends_on"])
    least_fen = MIN_DAILY_BUDGET_FEN * max(days, 1) * notes
    if notes > 1 and plan["budget_fen"] < least_fen:
        raise PlanRefusal(
            _("For %(notes)s notes and %(days)s the budget is at least %(least)s.")
            % {"notes": notes, "days": words.days(days), "least": words.yuan(least_fen)},
            field="budget",
        )


def _lock(
    merchant: Merchant, request_key: UUID, notes: Sequence[Note], joined: Campaign | None
) -> None:
    """Lock the drafts of this form, its notes, and the campaigns that the drafts leave or join: the
    first boost that is new takes the turn, and campaigns come before that (ADR 0170). Drafts and
    notes come first, as in the verbs of one boost."""
    drafts = merchant.boosts.filter(_of_the_form(request_key), status__in=EDITABLE).order_by("pk")
    left = drafts.select_for_update(no_key=True).values_list("campaign", flat=True)
    campaigns = {pk for pk in left if pk} | ({joined.pk} if joined else set[int]())
    asked = Note.objects.filter(pk__in=[note.pk for note in notes]).order_by("pk")
    list(asked.select_for_update(no_key=True).values_list("pk", flat=True))
    take_lock(campaigns)


def _of_the_form(request_key: UUID) -> Q:
    return Q(request_key=request_key) | Q(together=request_key)


def _stop_others(merchant: Merchant, request_key: UUID, keys: Sequence[UUID], *, by: User) -> None:
    """Stop the drafts of this form that it asks for no more: someone went back in the browser."""
    of_the_form = merchant.boosts.filter(_of_the_form(request_key))
    for other in of_the_form.exclude(request_key__in=keys).order_by("pk"):
        if other.is_stoppable and not other.submission:
            verbs.stop(other, by=by, reason=_("Not asked for any more on its form."))
        elif other.status != BoostStatus.STOPPED:
            raise PlanRefusal(
                _("This form was submitted with other notes already. Open a new one."),
                field="also",
            )
