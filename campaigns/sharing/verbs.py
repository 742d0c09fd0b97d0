"""A fund's page is shared with its partner: the address is signed by two, the code is mailed."""

from datetime import timedelta
from hashlib import sha256

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.funds.models import Fund
from campaigns.sharing import codes, mails
from campaigns.sharing.models import FundGuest, FundPartner, FundReading, Read
from portal import clock, meaning
from portal.accounts import attempts, audit, budgets, permissions, versions
from portal.accounts.models import User
from portal.refusals import Refusal
from portal.saving import save_or_refuse

LIFE = timedelta(days=30)
# What people read at most; each reading draws a statement.
READINGS: attempts.Limits = (attempts.Limit(30, timedelta(minutes=1)),)
# Longer than the minute lasts.
_NOTED_S = 120


@transaction.atomic
def ask_address(fund: Fund, *, email: str, by: User, version: str | None = None) -> FundPartner:
    """Name the address of the fund's partner; it holds once another admin has signed it."""
    partner = _locked(fund, by=by, version=version)
    old = {"asked_email": partner.asked_email}
    partner.asked_email, partner.asked_by = meaning.identifier(email).lower(), by
    if partner.asked_email == partner.email:
        raise Refusal(_("This is the partner’s address already."), field="email")
    save_or_refuse(partner, field="email")
    new = {"asked_email": partner.asked_email}
    audit.record("fundpartner.asked", partner, by=by, old=old, new=new)
    return partner


@transaction.atomic
def sign_address(fund: Fund, *, by: User, version: str | None = None) -> FundPartner:
    """The second signature. Codes that went to another address end with it."""
    partner = _locked(fund, by=by, version=version)
    if not partner.asked_email:
        raise Refusal(_("No address waits for a signature."))
    if partner.asked_by == by:
        raise Refusal(_("Another admin than the one who wrote the address signs it."))
    old = {"email": partner.email}
    partner.email, partner.asked_email, partner.asked_by = partner.asked_email, "", None
    partner.save()
    audit.record("fundpartner.signed", partner, by=by, old=old, new={"email": partner.email})
    for guest in FundGuest.objects.let_in().filter(fund=fund).select_for_update():
        _end(guest, by=by)
    return partner


@transaction.atomic
def send_code(fund: Fund, *, by: User, version: str | None = None) -> FundGuest:
    """Mail a new code to the partner's signed address. It is in that mail and nowhere else."""
    partner = _locked(fund, by=by, version=version)
    if not partner.email:
        raise Refusal(_("No address of the partner is signed yet."))
    if not budgets.may_write_to(partner.email):
        raise Refusal(_("This address has got all mails of today. Try again tomorrow."))
    code = codes.code()
    guest = FundGuest.objects.create(
        fund=fund,
        email=partner.email,
        code_hash=codes.hashed(code),
        sent_by=by,
        expires_at=clock.now() + LIFE,
    )
    # Upon the partner: who presses twice has read the older version.
    audit.record("fundpartner.sent", partner, by=by, new={"email": guest.email})
    # A mail server that is down is told in the log and in the list; then another code is sent.
    transaction.on_commit(lambda: _hand_over(guest, code), robust=True)
    return guest


@transaction.atomic
def revoke(guest: FundGuest, *, by: User) -> FundGuest:
    """The code opens nothing from now on, and whoever has opened the page gets 404."""
    permissions.require(by, "fund.manage")
    guest = FundGuest.objects.select_for_update().get(pk=guest.pk)
    if guest.revoked_at is None:
        _end(guest, by=by)
    return guest


def who_has(code: str) -> FundGuest | None:
    """Whose code it is, while it holds."""
    return FundGuest.objects.let_in().filter(code_hash=codes.hashed(code)).first()


def note_reading(guest: FundGuest, what: Read, *, month: str, network: str) -> None:
    """Write down that the guest has read; of the same in one minute, the first alone."""
    moment = clock.now()
    same = f"{guest.pk} {what} {month} {network} {moment:%Y-%m-%d %H:%M}"
    if cache.add(f"fund-reading:{sha256(same.encode()).hexdigest()}", 1, timeout=_NOTED_S):
        FundReading.objects.create(guest=guest, what=what, month=month, network=network, at=moment)


def may_read(guest: FundGuest) -> bool:
    """Count a reading; whether the code has one left now."""
    return attempts.may(f"fund guest {guest.pk}", READINGS)


def _hand_over(guest: FundGuest, code: str) -> None:
    mails.send_code(guest, code)
    guest.mailed_at = clock.now()
    guest.save(update_fields=["mailed_at"])


def _end(guest: FundGuest, *, by: User) -> None:
    guest.revoked_at = clock.now()
    guest.save(update_fields=["revoked_at"])
    audit.record("fundguest.revoked", guest, by=by)


def _locked(fund: Fund, *, by: User, version: str | None) -> FundPartner:
    fund = Fund.objects.select_for_update(no_key=True).get(pk=fund.pk)
    permissions.require(by, "fund.manage")
    partner, _is_new = FundPartner.objects.get_or_create(fund=fund)
    versions.require(partner, version)
    return partner
