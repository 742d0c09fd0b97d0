"""A second factor beside the password, an authenticator app or a passkey: whom it is asked of."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from portal.accounts import audit, held, mails, permissions
from portal.accounts.models import User
from portal.refusals import Refusal, given_reason


def is_owed(user: User) -> bool:
    """Whether one is asked of `user` now, and he has none: never had, or removed the last.

    Asked are people of the platform, and whoever holds a right over money or members in any team;
    whoever holds money now and then is asked when he does (`portal.accounts.recent`). One query;
    none where SECOND_FACTOR is off.
    """
    if not settings.SECOND_FACTOR:
        return False
    if user.platform_role:
        return held.is_missing(user)
    roles = permissions.roles_with(permissions.MONEY_OR_MEMBERS)
    guarded = user.memberships.filter(role__in=roles)
    return guarded.exclude(Exists(held.factors().filter(user=OuterRef("user")))).exists()


@transaction.atomic
def take_away(person: User, *, reason: str) -> None:
    """Let in again somebody who lost his device and his recovery codes; for commands.

    He needs his password still, and sets up others before any page opens to him. Raises Refusal
    without a reason, and where there is nothing to take away.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    reason = given_reason(reason)
    taken, _rows = Authenticator.objects.filter(user=person).delete()
    if not taken:
        raise Refusal(
            _("%(email)s has no second factor that could be taken away.") % {"email": person.email}
        )
    audit.record("user.factors_taken_away", person, by=None, reason=reason)
    transaction.on_commit(lambda: mails.tell_factors_taken_away(person), robust=True)
