"""What may be done to a merchant: register it, hand it in, verify it or send it back."""

from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from django.utils.translation import gettext as _

from merchants.companies import credit_codes
from merchants.companies.models import Merchant, MerchantStatus
from portal import clock, meaning
from portal.accounts import audit, permissions, teams, versions
from portal.accounts.models import User
from portal.refusals import Refusal, given_reason, optional_reason
from portal.review import concerned, door
from portal.saving import save_or_refuse

_OPEN_TO_EDITS = {MerchantStatus.DRAFT, MerchantStatus.RETURNED}


@transaction.atomic
def register(*, name: str, credit_code: str, by: User) -> Merchant:
    """A new merchant as a draft; `by` becomes the owner of its team."""
    name = meaning.line(name)
    merchant = Merchant(
        code=_free_code(name),
        name=name,
        credit_code=_checked_credit_code(credit_code),
        team=teams.create(name[:120], owner=by),
    )
    save_or_refuse(merchant)
    audit.record(
        "merchant.registered", merchant, by=by, team=merchant.team, new=_company_data(merchant)
    )
    return merchant


@transaction.atomic
def edit(
    merchant: Merchant, *, name: str, credit_code: str, version: str | None = None, by: User
) -> Merchant:
    """Correct the company data before it is handed in (again).

    Raises Outdated unless `version`, where a page had it, is the newest.
    """
    permissions.require(by, "merchant.edit", merchant.team)
    merchant = Merchant.locked(merchant.pk)
    if merchant.status not in _OPEN_TO_EDITS:
        raise Refusal(_("The company data cannot be changed once it has been handed in."))
    versions.require(merchant, version)
    old = _company_data(merchant)
    merchant.name = meaning.line(name)
    merchant.credit_code = _checked_credit_code(credit_code)
    save_or_refuse(merchant)
    teams.rename(merchant.team, merchant.name[:120])
    audit.record(
        "merchant.edited", merchant, by=by, team=merchant.team, old=old, new=_company_data(merchant)
    )
    return merchant


@transaction.atomic
def submit(merchant: Merchant, *, by: User, version: str | None = None) -> Merchant:
    """Hand the company data in for verification.

    Raises Outdated unless `version`, where a page had it, is the newest.
    """
    permissions.require(by, "merchant.edit", merchant.team)
    merchant = Merchant.locked(merchant.pk)
    versions.require(merchant, version)
    merchant.decision_reason, merchant.submitted_at = "", clock.now()
    merchant.move_to(MerchantStatus.SUBMITTED, by=by)
    return merchant


@transaction.atomic
def verify(
    merchant: Merchant, *, version: str, account_manager: User | None, by: User, reason: str = ""
) -> Merchant:
    """The company is who it says it is; `account_manager` will look after it."""
    merchant = door.enter(merchant, "merchant.verify", version=version, by=by)
    _give(merchant, account_manager, by=by)
    merchant.move_to(MerchantStatus.VERIFIED, by=by, reason=optional_reason(reason))
    return merchant


@transaction.atomic
def send_back(merchant: Merchant, *, version: str, reason: str, by: User) -> Merchant:
    """Return the company data with the reason the merchant reads."""
    merchant = door.enter(merchant, "merchant.verify", version=version, by=by)
    merchant.decision_reason = given_reason(reason)
    merchant.move_to(MerchantStatus.RETURNED, by=by, reason=merchant.decision_reason)
    return merchant


@transaction.atomic
def assign(
    merchant: Merchant, *, account_manager: User | None, version: str | None = None, by: User
) -> Merchant:
    """Give a merchant to another account manager, who looks after it from now on.

    Raises Outdated unless `version`, where a page had it, is the newest.
    """
    merchant = Merchant.locked(merchant.pk)
    permissions.require(by, "merchant.assign")
    versions.require(merchant, version)
    if _is_close(merchant, by):
        raise Refusal(
            _("You belong, or belonged lately, to the merchant's team. A colleague has to do this.")
        )
    _give(merchant, account_manager, by=by)
    return merchant


def _give(merchant: Merchant, account_manager: User | None, *, by: User) -> None:
    """Save the locked `merchant` with its account manager; nothing when it has this one."""
    if account_manager is not None:
        account_manager = User.objects.get(pk=account_manager.pk)
    if account_manager is not None and not account_manager.is_active:
        raise Refusal(_("This person has left. Choose another."), field="account_manager")
    if account_manager is None or not account_manager.is_account_manager:
        raise Refusal(_("Choose an account manager."), field="account_manager")
    if _is_close(merchant, account_manager):
        raise Refusal(
            _("This person belongs, or belonged lately, to the merchant's team. Choose another."),
            field="account_manager",
        )
    old, merchant.account_manager = merchant.account_manager, account_manager
    if old == account_manager:
        return
    merchant.save(update_fields=["account_manager"])
    audit.record(
        "merchant.assigned",
        merchant,
        by=by,
        team=merchant.team,
        old={"account_manager": old.email} if old else None,
        new={"account_manager": account_manager.email},
    )


def _is_close(merchant: Merchant, person: User) -> bool:
    """Whether `person` wrote the company data, or is of the merchant's team now or was lately."""
    lately = clock.now() - concerned.APART_FOR
    close = concerned.wrote(merchant) | concerned.is_of_team(merchant.team, since=lately)
    return User.objects.filter(close, pk=person.pk).exists()


def _checked_credit_code(text: str) -> str:
    credit_code = meaning.identifier(text).upper()
    if not credit_codes.is_valid(credit_code):
        raise Refusal(
            _("This is not a unified social credit code: 18 characters, the last one a check."),
            field="credit_code",
        )
    return credit_code


def _free_code(name: str) -> str:
    """A code for addresses: the name's Latin letters if it has any, and a random ending."""
    stem = slugify(name)[:30].strip("-") or "m"
    return f"{stem}-{get_random_string(6, 'abcdefghjkmnpqrstuvwxyz23456789')}"


def _company_data(merchant: Merchant) -> dict[str, str]:
    return {"name": merchant.name, "credit_code": merchant.credit_code}
