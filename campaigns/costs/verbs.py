"""What a merchant's people do with a cost: record it, correct it, withdraw it. ADR 0143."""

from datetime import date, timedelta
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.boosts.models import Boost
from campaigns.campaigns.models import Campaign
from campaigns.costs.models import MOST_REFERENCE, SAID, Channel, Cost, CostKind
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from portal import clock, meaning, typed, words
from portal.accounts import audit, permissions, versions
from portal.accounts.models import User
from portal.refusals import Refusal
from portal.saving import save_or_refuse

# So far back a cost may lie: what is older is a slip of the year.
MOST_DAYS_BACK = 3 * 366
# What a spreadsheet would run.
FORMULA_STARTS = ("=", "+", "-", "@")


UNNUMBERED = gettext_lazy(
    "You have the same cost already, without a number of its own. If there were two, give that one "
    "a number first."
)


class CostRefusal(Refusal):
    """The cost cannot be recorded or changed like this."""


class Said(TypedDict):
    """What is said of a cost: of a boost, of a note (for a campaign or none), or of a campaign."""

    note: Note | None
    boost: Boost | None
    campaign: Campaign | None
    channel: Channel
    kind: CostKind
    on: date
    amount_fen: int
    reference: str


@transaction.atomic
def record(merchant: Merchant, *, key: UUID, by: User, **said: Unpack[Said]) -> Cost:
    """A new cost. The same `key` again returns what that form has made, as it counts now."""
    merchant = entered(merchant, by)
    for made in Cost.objects.history_of(key)[:1]:
        if made.merchant_id != merchant.pk:
            raise CostRefusal(_("This form was already used. Open a new one."))
        return made
    cost = Cost(key=key, merchant=merchant, recorded_by=by, recorded_at=clock.now())
    _write(cost, said)
    audit.record("cost.recorded", cost, by=by, team=merchant.team, new=told(cost))
    return cost


@transaction.atomic
def correct(cost: Cost, *, by: User, version: str | None = None, **said: Unpack[Said]) -> Cost:
    """The cost is as `said` from now on; what was given out before stays as it was. Returns the
    version that counts now. Raises Outdated unless `version`, where a page had it, is the newest.
    """
    merchant = entered(cost.merchant, by)
    first, old = _counting(cost, version)
    if same(old, said):
        return old
    moment = clock.no_earlier_than(old.recorded_at)
    _supersede(old, moment)
    new = Cost(
        key=old.key,
        number=old.number + 1,
        file=old.file,
        merchant=merchant,
        recorded_by=by,
        recorded_at=moment,
    )
    _write(new, said)
    audit.record("cost.corrected", first, by=by, team=merchant.team, old=told(old), new=told(new))
    return new


@transaction.atomic
def withdraw(cost: Cost, *, by: User, version: str | None = None) -> Cost:
    """The cost counts no more from now on. Raises Outdated as `correct` does."""
    merchant = entered(cost.merchant, by)
    first, old = _counting(cost, version)
    _supersede(old, clock.no_earlier_than(old.recorded_at))
    audit.record("cost.withdrawn", first, by=by, team=merchant.team, old=told(old), new={})
    return old


def first_of(cost: Cost) -> Cost:
    """The first version of a cost, of which the audit log tells."""
    return Cost.objects.select_related("merchant__team").get(key=cost.key, number=1)


def entered(merchant: Merchant, by: User) -> Merchant:
    """The merchant, locked: what is said of its costs is said one after the other, so that none is
    there twice."""
    merchant = Merchant.locked(merchant.pk)
    permissions.require(by, "cost.edit", merchant.team)
    return merchant


def _counting(cost: Cost, version: str | None) -> tuple[Cost, Cost]:
    """The first version of a cost, and the one that counts."""
    first = first_of(cost)
    versions.require(first, version)
    old = Cost.objects.current().filter(key=cost.key).first()
    if old is None:
        raise CostRefusal(_("This cost was withdrawn and counts no more."))
    return first, old


def _supersede(old: Cost, moment: object) -> None:
    Cost.objects.filter(pk=old.pk, superseded_at=None).update(superseded_at=moment)


def _write(cost: Cost, said: Said) -> None:
    """Fill in a new version and save it."""
    fill(cost, said)
    _refuse_a_twin(cost)
    save_or_refuse(cost, field="reference")


def fill(cost: Cost, said: Said) -> None:
    """Fill in a new version. Raises CostRefusal at the field of the first thing that cannot be."""
    cost.note, cost.boost, cost.campaign = said["note"], said["boost"], said["campaign"]
    _check_place(cost)
    cost.channel, cost.kind = Channel(said["channel"]), CostKind(said["kind"])
    cost.on, cost.amount_fen = said["on"], said["amount_fen"]
    cost.reference = checked_reference(said["reference"])
    cost.reference_key = meaning.key(cost.reference)
    check_day(cost.on)
    if cost.amount_fen <= 0:
        raise CostRefusal(_("The amount is above zero."), field="amount_fen")
    if cost.amount_fen > typed.MOST_FEN:
        raise CostRefusal(
            _("The amount is at most %(most)s.") % {"most": words.yuan(typed.MOST_FEN)},
            field="amount_fen",
        )


def _check_place(cost: Cost) -> None:
    """Raise CostRefusal unless it is of the innermost thing alone, and that is the merchant's."""
    if cost.boost and (cost.note or cost.campaign):
        raise CostRefusal(
            _("A boost says which note and campaign it is of: leave those open."), field="boost"
        )
    named = [one for one in (cost.boost, cost.note, cost.campaign) if one is not None]
    if not named:
        raise CostRefusal(
            _("Choose what it was paid for: a note, a boost or a campaign."), field="note"
        )
    if any(one.merchant_id != cost.merchant_id for one in named):
        raise CostRefusal(_("This is none of your notes, boosts or campaigns."), field="note")


def _refuse_a_twin(cost: Cost) -> None:
    """Two that say the same may be one, unless both have a number: whichever was said first."""
    same_said = {name: getattr(cost, name) for name in SAID}
    there = Cost.objects.current().filter(merchant=cost.merchant, **same_said)
    if cost.reference:
        there = there.filter(reference="")
    for twin in there.exclude(key=cost.key).order_by("reference")[:1]:
        if not twin.reference:
            raise CostRefusal(str(UNNUMBERED), field="reference")
        raise CostRefusal(
            _(
                "You have the same cost already, as number %(number)s. If there were two, give "
                "this one a number of your own."
            )
            % {"number": twin.reference},
            field="reference",
        )


def checked_reference(text: str) -> str:
    """The merchant's own number as it is kept. Raises CostRefusal for what a spreadsheet would take
    for a formula."""
    reference = meaning.line(text)
    if reference.startswith(FORMULA_STARTS):
        raise CostRefusal(
            _("A number of your own begins with a letter or a digit."), field="reference"
        )
    if len(reference) > MOST_REFERENCE:
        raise CostRefusal(
            _("A number of your own has at most %(most)s characters.") % {"most": MOST_REFERENCE},
            field="reference",
        )
    return reference


def check_day(on: date) -> None:
    """Raise CostRefusal unless the business day has come and is no slip of the year."""
    today = clock.today()
    if on > today:
        raise CostRefusal(_("A cost counts on a day that has come: today or before."), field="on")
    if on < today - timedelta(days=MOST_DAYS_BACK):
        raise CostRefusal(
            _("The day is at most %(days)s days ago.") % {"days": words.count(MOST_DAYS_BACK)},
            field="on",
        )


def same(cost: Cost, said: Said) -> bool:
    """Whether a version says just this."""
    return said == said_of(cost)


def said_of(cost: Cost) -> Said:
    """What a version says."""
    return {
        "note": cost.note,
        "boost": cost.boost,
        "campaign": cost.campaign,
        "channel": Channel(cost.channel),
        "kind": CostKind(cost.kind),
        "on": cost.on,
        "amount_fen": cost.amount_fen,
        "reference": cost.reference,
    }


def told(cost: Cost) -> dict[str, object]:
    """The facts of a version, as the audit log keeps them."""
    return {
        "note": cost.note.external_id if cost.note else None,
        "boost": cost.boost.external_id if cost.boost else None,
        "campaign": cost.campaign_id,
        "channel": cost.channel,
        "kind": cost.kind,
        "on": cost.on.isoformat(),
        "amount_fen": cost.amount_fen,
        "reference": cost.reference,
    }
