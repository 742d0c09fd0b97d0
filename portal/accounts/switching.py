"""Accounts are switched off and on again, for a reason, and their people are told; for commands."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts import audit, mails
from portal.accounts.models import User
from portal.refusals import Refusal, given_reason


@transaction.atomic
def switch_off(person: User, *, reason: str) -> None:
    """Nobody signs in as this person any more, and who is signed in is out.

    What the person did stays, with the name. Raises Refusal without a reason, and where it is off.
    """
    person, reason = _locked(person), given_reason(reason)
    if not person.is_active:
        raise Refusal(_("The account %(email)s is off already.") % {"email": person.email})
    person.is_active = False
    # Sessions are bound to the password.
    person.set_unusable_password()
    person.save(update_fields=["is_active", "password"])
    audit.record("user.switched_off", person, by=None, reason=reason)
    transaction.on_commit(lambda: mails.tell_switched_off(person, reason), robust=True)


@transaction.atomic
def switch_on(person: User, *, reason: str) -> None:
    """The person may sign in again, with a new password that he has sent to his address.

    Roles and second factors are what they were. Raises Refusal without a reason, and where it is
    on.
    """
    person, reason = _locked(person), given_reason(reason)
    if person.is_active:
        raise Refusal(_("The account %(email)s is not off.") % {"email": person.email})
    person.is_active = True
    person.save(update_fields=["is_active"])
    audit.record("user.switched_on", person, by=None, reason=reason)
    transaction.on_commit(lambda: mails.tell_switched_on(person), robust=True)


def _locked(person: User) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=person.pk)
