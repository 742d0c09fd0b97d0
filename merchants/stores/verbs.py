"""What may be done to a store: register it, verify it, reject it."""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from merchants.companies.models import Merchant
from merchants.marketplaces import addresses
from merchants.marketplaces.kinds import StoreKind
from merchants.stores.models import Store, StoreStatus
from portal import clock, meaning
from portal.accounts import audit, permissions, versions
from portal.accounts.models import User
from portal.refusals import Refusal, given_reason, optional_reason
from portal.review import door
from portal.saving import or_refuse, save_or_refuse

# What partners use as ids.
_EXTERNAL_ID = re.compile(r"[\w.:-]{1,80}", re.ASCII)


@transaction.atomic
def register(
    merchant: Merchant, *, kind: str, name: str, external_id: str, url: str, by: User
) -> Store:
    """A new store, waiting for an admin. Outside stores need an address at their marketplace."""
    permissions.require(by, "store.register", merchant.team)
    merchant = Merchant.locked(merchant.pk)
    store = Store(
        merchant=merchant,
        kind=kind,
        name=meaning.line(name),
        external_id=checked_external_id(external_id),
        url=_checked_address(kind, meaning.line(url)),
    )
    save_or_refuse(store)
    new = {"kind": kind, "external_id": store.external_id, "url": store.url}
    audit.record("store.registered", store, by=by, team=merchant.team, new=new)
    return store


@transaction.atomic
def register_again(
    store: Store, *, name: str, external_id: str, url: str, version: str | None = None, by: User
) -> Store:
    """Correct a rejected store and hand it in again. Raises Outdated unless `version` is newest."""
    permissions.require(by, "store.register", store.merchant.team)
    store = Store.locked(store.pk)
    if not store.can_move_to(StoreStatus.VERIFYING):
        raise Refusal(
            _("This store is %(status)s and cannot be changed now.")
            % {"status": store.get_status_display()}
        )
    versions.require(store, version)
    store.name = meaning.line(name)
    store.external_id = checked_external_id(external_id)
    store.url = _checked_address(store.kind, meaning.line(url))
    store.decision_reason, store.submitted_at = "", clock.now()
    save_or_refuse(store)
    with or_refuse(store):
        store.move_to(StoreStatus.VERIFYING, by=by)
    return store


@transaction.atomic
def verify(store: Store, *, version: str, by: User, reason: str = "") -> Store:
    """The store is the merchant's own. Refused while its marketplace has another with its id."""
    store = door.enter(store, "store.verify", version=version, by=by)
    with or_refuse(store):
        store.move_to(StoreStatus.VERIFIED, by=by, reason=optional_reason(reason))
    return store


@transaction.atomic
def reject(store: Store, *, version: str, reason: str, by: User) -> Store:
    """Refuse the store with the reason the merchant reads."""
    store = door.enter(store, "store.verify", version=version, by=by)
    store.decision_reason = given_reason(reason)
    store.move_to(StoreStatus.REJECTED, by=by, reason=store.decision_reason)
    return store


def checked_external_id(text: str) -> str:
    """An id as the partner sends it, however it was typed. Raises Refusal when it cannot be one."""
    external_id = meaning.identifier(text)
    # Two ids with a blank between them are not one.
    if " " in meaning.line(text) or not _EXTERNAL_ID.fullmatch(external_id):
        raise Refusal(
            _("An id has up to 80 letters, digits, dots, colons, hyphens or underscores."),
            field="external_id",
        )
    return external_id


def _checked_address(kind: str, url: str) -> str:
    if kind not in StoreKind.values:
        raise Refusal(_("Choose a kind of store."), field="kind")
    if kind == StoreKind.IN_APP:
        return ""
    if not url:
        raise Refusal(_("A store outside the community needs its address."), field="url")
    recognised = addresses.recognise_store(url)
    if recognised.kind != kind:
        raise Refusal(
            _("This address belongs to %(found)s, but you chose %(chosen)s.")
            % {"found": recognised.kind.label, "chosen": StoreKind(kind).label},
            field="url",
        )
    return recognised.url
