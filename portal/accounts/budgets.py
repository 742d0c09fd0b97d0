"""Mails that somebody makes the portal send have a budget by business day.

A place is taken in one statement, so two at once never take the last one both. It is taken in the
transaction of what is done: what is refused afterwards gives it back.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import connection

from portal import clock
from portal.accounts.models import MailCount, Team, User

KEPT_FOR = timedelta(days=7)

_TAKE = """
INSERT INTO accounts_mailcount AS counted (account, counted_on, sent) VALUES (%s, %s, 1)
ON CONFLICT (account, counted_on) DO UPDATE SET sent = counted.sent + 1 WHERE counted.sent < %s
RETURNING sent
"""


def may_invite(team: Team) -> bool:
    """Take a place among the invitations that the team may send today; False when none is left."""
    return _take(f"team:{team.pk}", settings.INVITATIONS_A_DAY)


def may_write_to(address: str) -> bool:
    """Take a place among the mails that strangers may have sent to an address today."""
    # No list of the addresses of people without an account.
    key = sha256(address.strip().lower().encode()).hexdigest()[:32]
    return _take(f"to:{key}", settings.MAILS_TO_ADDRESS_A_DAY)


def may_tell(person: User) -> bool:
    """Take a place among the mails of single notices that a person gets today."""
    return _take(f"notices:{person.pk}", settings.NOTICE_MAILS_A_DAY)


def opens_again_at() -> datetime:
    """When the budgets of today are whole again: at the next midnight of Shanghai."""
    return clock.start_of(clock.today() + timedelta(days=1))


def _take(account: str, most: int) -> bool:
    today = clock.today()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [account, today, most])
        taken = cursor.fetchone()
    if taken == (1,):
        MailCount.objects.filter(counted_on__lt=today - KEPT_FOR).delete()
    return taken is not None
