"""What admins do with endpoints: name them, sign their addresses, switch them, change their keys,
and have messages sent again."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from portal import clock, meaning
from portal.accounts import audit, permissions, versions
from portal.accounts.models import User
from portal.refusals import Refusal, given_reason
from portal.saving import save_or_refuse
from portal.webhooks import addresses, signing, waking
from portal.webhooks.models import Endpoint, EndpointState, Message, MessageState, OffCause
from portal.webhooks.signing import Direction
from portal.words import instant

# While a partner puts the new key in place the old one holds, too.
OVERLAP = timedelta(hours=24)


@transaction.atomic
def open_endpoint(code: str, *, url: str, by: User) -> Endpoint:
    """A partner's endpoint; it is off until another admin has signed its address."""
    permissions.require(by, "endpoint.manage")
    endpoint = Endpoint(code=meaning.key(code), asked_url=addresses.of(url), asked_by=by)
    save_or_refuse(endpoint)
    new = {"code": endpoint.code, "asked_url": endpoint.asked_url}
    audit.record("endpoint.opened", endpoint, by=by, new=new)
    return endpoint


@transaction.atomic
def readdress(endpoint: Endpoint, *, url: str, by: User, version: str | None = None) -> Endpoint:
    """Ask for another address; the old one holds until another admin has signed the new one."""
    endpoint = _locked(endpoint, by=by, version=version)
    old = {"asked_url": endpoint.asked_url}
    endpoint.asked_url, endpoint.asked_by = addresses.of(url), by
    endpoint.save(update_fields=["asked_url", "asked_by"])
    new = {"asked_url": endpoint.asked_url}
    audit.record("endpoint.readdressed", endpoint, by=by, old=old, new=new)
    return endpoint


@transaction.atomic
def sign(endpoint: Endpoint, *, by: User, version: str | None = None) -> Endpoint:
    """The second signature: messages go to the new address from now on. One that waited for it
    is switched on."""
    endpoint = _locked(endpoint, by=by, version=version)
    if not endpoint.asked_url:
        raise Refusal(_("No address waits for a signature."))
    if endpoint.asked_by == by:
        raise Refusal(_("Another admin than the one who wrote the address signs it."))
    old = {"url": endpoint.url}
    # What was read here may have become none since: another machine may be called no longer.
    endpoint.url = addresses.of(endpoint.asked_url)
    endpoint.asked_url, endpoint.asked_by = "", None
    endpoint.save(update_fields=["url", "asked_url", "asked_by"])
    audit.record("endpoint.signed", endpoint, by=by, old=old, new={"url": endpoint.url})
    if endpoint.off_cause == OffCause.NOT_SIGNED:
        _begin_anew(endpoint, by=by)
    return endpoint


@transaction.atomic
def switch_off(
    endpoint: Endpoint, *, reason: str, by: User, version: str | None = None
) -> Endpoint:
    """Nothing is sent any more, and what is announced waits. What the partner sends is taken."""
    endpoint = _locked(endpoint, by=by, version=version)
    endpoint.off_cause = OffCause.BY_HAND
    endpoint.move_to(EndpointState.OFF, by=by, reason=given_reason(reason))
    return endpoint


@transaction.atomic
def switch_on(endpoint: Endpoint, *, by: User, version: str | None = None) -> Endpoint:
    """All that waits is sent, as if nothing had failed."""
    endpoint = _locked(endpoint, by=by, version=version)
    if not endpoint.url:
        raise Refusal(_("Another admin has to sign the address first."))
    _begin_anew(endpoint, by=by)
    return endpoint


def _begin_anew(endpoint: Endpoint, *, by: User) -> None:
    endpoint.off_cause = ""
    endpoint.failures, endpoint.failing_since, endpoint.waits_until = 0, None, None
    endpoint.move_to(EndpointState.ON, by=by)
    now = clock.now()
    endpoint.messages.waiting().filter(next_at__gt=now).update(next_at=now)
    transaction.on_commit(waking.wake)


@transaction.atomic
def rotate(
    endpoint: Endpoint, *, is_overlapping: bool, by: User, version: str | None = None
) -> Endpoint:
    """New keys in both directions. The old ones hold for OVERLAP beside them, or all end at once
    where somebody may have learned one.

    Two generations hold at most, so nothing overlaps while keys hold that were promised to.
    """
    endpoint = _locked(endpoint, by=by, version=version)
    now = clock.now()
    if is_overlapping and endpoint.old_until and endpoint.old_hold(now):
        raise Refusal(
            _("The keys before these were promised to hold until %(until)s: change them then.")
            % {"until": instant(endpoint.old_until)},
            field="is_overlapping",
        )
    old = {"generation": endpoint.generation}
    endpoint.generation += 1
    endpoint.old_until = now + OVERLAP if is_overlapping else None
    endpoint.save(update_fields=["generation", "old_until"])
    new: dict[str, object] = {"generation": endpoint.generation}
    if endpoint.old_until:
        new["old_until_at"] = endpoint.old_until.isoformat()
    audit.record("endpoint.rotated", endpoint, by=by, old=old, new=new)
    return endpoint


@transaction.atomic
def show_keys(endpoint: Endpoint, *, by: User) -> dict[Direction, str]:
    """The newest keys as they are handed over, by direction; that somebody read them is kept."""
    endpoint = _locked(endpoint, by=by, version=None)
    audit.record("endpoint.keys_shown", endpoint, by=by, new={"generation": endpoint.generation})
    return {
        direction: signing.secret_of(signing.key_of(endpoint.code, direction, endpoint.generation))
        for direction in Direction
    }


@transaction.atomic
def replay(message: Message, *, by: User) -> Message:
    """Send a message at once, under its id: again, where the partner has taken it already."""
    endpoint = _locked(message.endpoint, by=by, version=None)
    message = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    if not message.is_kept:
        raise Refusal(_("What this message said is not kept any more."))
    if endpoint.status != EndpointState.ON:
        raise Refusal(_("The endpoint is off: switch it on, and all that waits is sent."))
    message.state, message.next_at = MessageState.WAITING, clock.now()
    message.save(update_fields=["state", "next_at"])
    Endpoint.objects.filter(pk=endpoint.pk).update(waits_until=None)
    audit.record("message.replayed", message, by=by, new={"subject": message.subject})
    transaction.on_commit(waking.wake)
    return message


def _locked(endpoint: Endpoint, *, by: User, version: str | None) -> Endpoint:
    endpoint = Endpoint.locked(endpoint.pk)
    permissions.require(by, "endpoint.manage")
    versions.require(endpoint, version)
    return endpoint
