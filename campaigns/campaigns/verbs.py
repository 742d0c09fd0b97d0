"""What a merchant does with a campaign: open it, change it, give it notes, close it. ADR 0148."""

from datetime import date
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.campaigns import belonging
from campaigns.campaigns.belonging import NoteBelonging
from campaigns.campaigns.models import (
    MOST_DAYS,
    Campaign,
    CampaignListing,
    CampaignNote,
    TargetKind,
)
from merchants.companies.models import Merchant
from merchants.listings.models import ListingStatus
from merchants.notes.models import Note
from portal import clock, meaning, typed, words
from portal.accounts import audit, permissions, versions
from portal.accounts.models import User
from portal.refusals import Refusal
from portal.saving import clean_or_refuse, or_refuse, save_or_refuse

# So many notes a campaign has at most; its page and each report about it name them all.
MOST_NOTES = 200


class CampaignRefusal(Refusal):
    """The campaign may not become this, or not any more."""


class Facts(TypedDict):
    """What a merchant says of a campaign; `target_value` is in fen where the target is GMV."""

    name: str
    starts_on: date
    ends_on: date
    target_kind: str
    target_value: int | None
    budget_fen: int | None


NAMES = tuple(Facts.__annotations__)


@transaction.atomic
def open_one(
    merchant: Merchant, *, request_key: UUID, by: User, **facts: Unpack[Facts]
) -> Campaign:
    """A campaign. The same `request_key` again returns the one made before, changed to `facts` if
    they differ: someone went back in the browser."""
    permissions.require(by, "campaign.edit", merchant.team)
    made, is_new = _made(merchant, request_key, by, facts)
    if made.merchant_id != merchant.pk:
        raise CampaignRefusal(_("This form was already used. Open a new one."))
    if is_new:
        audit.record("campaign.opened", made, by=by, team=merchant.team, new=told(made))
        return made
    now = Campaign(merchant=merchant, **_cleaned(facts))
    return made if told(made) == told(now) else edit(made, by=by, **facts)


def _made(merchant: Merchant, request_key: UUID, by: User, facts: Facts) -> tuple[Campaign, bool]:
    """The campaign of this form, and whether it was made now."""
    for there in Campaign.objects.filter(request_key=request_key):
        return there, False
    cleaned = _cleaned(facts)
    asked = Campaign(merchant=merchant, created_by=by, request_key=request_key, **cleaned)
    clean_or_refuse(asked, but={"merchant", "created_by", "request_key"})
    with or_refuse(asked, field="name"):
        return Campaign.objects.get_or_create(
            request_key=request_key, defaults={"merchant": merchant, "created_by": by, **cleaned}
        )


@transaction.atomic
def edit(
    campaign: Campaign, *, by: User, version: str | None = None, **facts: Unpack[Facts]
) -> Campaign:
    """Change what is said of an open campaign. Raises Outdated unless `version`, where a page had
    it, is the newest."""
    campaign = _locked(campaign, by)
    versions.require(campaign, version)
    old = told(campaign)
    for name, value in _cleaned(facts).items():
        setattr(campaign, name, value)
    save_or_refuse(campaign, field="name")
    audit.record(
        "campaign.edited", campaign, by=by, team=campaign.audit_team(), old=old, new=told(campaign)
    )
    return campaign


@transaction.atomic
def close(campaign: Campaign, *, by: User) -> Campaign:
    """No boost is added any more; those that it has go on."""
    campaign = _locked(campaign, by)
    campaign.closed_at = clock.now()
    campaign.save(update_fields=["closed_at"])
    audit.record("campaign.closed", campaign, by=by, team=campaign.audit_team(), new={})
    return campaign


@transaction.atomic
def open_again(campaign: Campaign, *, by: User) -> Campaign:
    """Boosts may be added to a closed campaign again, unless an open one has its name by now."""
    permissions.require(by, "campaign.edit", campaign.merchant.team)
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if campaign.is_open:
        raise CampaignRefusal(_("This campaign is open."))
    campaign.closed_at = None
    save_or_refuse(campaign, field="name")
    audit.record("campaign.opened_again", campaign, by=by, team=campaign.audit_team(), new={})
    return campaign


@transaction.atomic
def put_in(campaign: Campaign, note: Note, *, by: User) -> Campaign:
    """The note belongs to the campaign, with the listings it has now; again, with new ones."""
    campaign = _locked(campaign, by)
    if note.merchant_id != campaign.merchant_id:
        raise CampaignRefusal(_("Choose a note of yours."), field="note")
    join(campaign, note, field="note", by=by)
    return campaign


@transaction.atomic
def join(campaign: Campaign, note: Note, *, field: str = "campaign", by: User) -> None:
    """Its note comes with a boost that somebody who may ask for it adds to `campaign`; said once.

    Locks the campaign where it is new; whoever adds the same at once adds nothing. What is there
    cannot be taken out until the caller's transaction ends. Raises CampaignRefusal at `field` where
    the campaign has as many notes as it may have.
    """
    # Seen without a lock, it could be gone by the time the row is asked for, and come anew undated.
    if not campaign.note_rows.select_for_update(no_key=True).filter(note=note):
        belonging.take_lock([campaign.pk])
        # Notes are counted by one at a time; those that are there wait for nobody.
        if campaign.note_rows.exclude(note=note).count() >= MOST_NOTES:
            raise CampaignRefusal(
                _("A campaign has at most %(most)s notes.") % {"most": MOST_NOTES}, field=field
            )
    _row, is_new = CampaignNote.objects.get_or_create(campaign=campaign, note=note)
    if is_new:
        NoteBelonging.objects.create(campaign=campaign, note=note, from_at=clock.now())
    sold = set(note.listings.exclude(status=ListingStatus.ENDED).values_list("pk", flat=True))
    there = campaign.listing_rows.filter(listing__in=sold).values_list("listing", flat=True)
    missing = sold - set(there)
    CampaignListing.objects.bulk_create(
        [CampaignListing(campaign=campaign, listing_id=one) for one in sorted(missing)],
        ignore_conflicts=True,
    )
    if is_new or missing:
        audit.record(
            "campaign.note_added",
            campaign,
            by=by,
            team=campaign.audit_team(),
            new={"note": note.external_id},
        )


@transaction.atomic
def take_out(campaign: Campaign, note: Note, *, by: User) -> Campaign:
    """The note, and what it sells, belongs to the campaign no more; boosts of it stay."""
    campaign = _locked(campaign, by)
    gone, _rows = campaign.note_rows.filter(note=note).delete()
    campaign.listing_rows.filter(listing__note=note).delete()
    if gone:
        now = NoteBelonging.objects.filter(campaign=campaign, note=note, to_at=None)
        now.update(to_at=clock.now())
        audit.record(
            "campaign.note_removed",
            campaign,
            by=by,
            team=campaign.audit_team(),
            new={"note": note.external_id},
        )
    return campaign


def told(campaign: Campaign) -> dict[str, object]:
    """The campaign as the audit entry keeps it; equal ones are told equally."""
    is_money = campaign.target_kind == TargetKind.GMV
    return {
        "name": campaign.name,
        "starts_on": campaign.starts_on.isoformat(),
        "ends_on": campaign.ends_on.isoformat(),
        "target_kind": campaign.target_kind,
        "target_value": None if is_money else campaign.target_value,
        "target_fen": campaign.target_value if is_money else None,
        "budget_fen": campaign.budget_fen,
    }


def _locked(campaign: Campaign, by: User) -> Campaign:
    """The open campaign, locked, for somebody who may change it."""
    permissions.require(by, "campaign.edit", campaign.merchant.team)
    found = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if not found.is_open:
        raise CampaignRefusal(_("This campaign is closed and is not changed any more."))
    return found


def _cleaned(facts: Facts) -> Facts:
    """`facts` as they are meant. Raises CampaignRefusal at the field of what cannot be."""
    name = meaning.line(facts["name"])
    if not name:
        raise CampaignRefusal(_("A campaign has a name."), field="name")
    typed.require_year(facts["starts_on"], field="starts_on")
    typed.require_year(facts["ends_on"], field="ends_on")
    days = (facts["ends_on"] - facts["starts_on"]).days + 1
    if not 1 <= days <= MOST_DAYS:
        raise CampaignRefusal(
            _("A campaign takes 1 to %(most)s.") % {"most": words.days(MOST_DAYS)}, field="ends_on"
        )
    kind, value = facts["target_kind"], facts["target_value"]
    is_none = not kind and value is None
    if not is_none and (kind not in TargetKind.values or value is None or value <= 0):
        raise CampaignRefusal(_("A target is a kind and a number above zero."), field="target")
    if facts["budget_fen"] is not None and facts["budget_fen"] <= 0:
        raise CampaignRefusal(_("A planned budget is above zero."), field="budget")
    return {**facts, "name": name}
