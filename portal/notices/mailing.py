"""The mail of a notice, in the language of the person who gets it.

A mail is owed until the mail server has taken it. It leaves from a job, so a slow server holds up
nobody's page and one that is down gets it later.
"""

import logging
import smtplib
import socket
from collections.abc import Callable, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Min
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from portal import clock, words
from portal.accounts import budgets, mails
from portal.accounts.models import User
from portal.jobs import queue
from portal.notices.models import Notice

log = logging.getLogger(__name__)

# Attempts of one job follow each other within a minute or two; after them the hourly look asks
# again, but nobody wants the mails of last week at once when a server comes back.
ASK_AGAIN_AFTER = timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(days=1)
MOST_AT_ONCE = 1000
# What a gathered mail names; it says how many more stand on the page.
MOST_LISTED = 50
# A server that is down answers none, each after EMAIL_TIMEOUT: thousands would keep a worker for
# hours. One address that it does not answer for holds up no other.
MOST_SILENCES = 3
SILENCES = (ConnectionError, TimeoutError, socket.gaierror, smtplib.SMTPServerDisconnected)

# Names of what workers claim: whoever gathers has all mails to a person in hand.
_TO = "mails of notices to {}"
_SHARED = "_shared"


def send_owed(notices: Sequence[int]) -> None:
    """Send the mails of these notices that are still owed; one that fails holds up no other."""
    _each(notices, _send, called="notice")


def send_gathered(people: Sequence[int]) -> None:
    """Send each of these people one mail with whatever is owed to him."""
    _each(people, _send_gathered, called="person")


def _each(keys: Sequence[int], send: Callable[[int], None], *, called: str) -> None:
    """When the server has given no answer to several in a row, the rest is not tried."""
    failures = []
    silences = 0
    for key in keys:
        try:
            send(key)
            silences = 0
        except Exception as failure:
            failure.add_note(f"{called} {key}")
            failures.append(failure)
            silences = silences + 1 if isinstance(failure, SILENCES) else 0
            if silences == MOST_SILENCES:
                break
    if failures:
        raise ExceptionGroup("Mails that did not leave", failures)


@transaction.atomic
def _send(pk: int) -> None:
    """The mail is claimed while the server takes it, so that no second worker sends it too.

    What fails stays owed, and what the person's budget of today has no place for. The mail leaves
    twice only if this worker dies between the server's yes and the commit.
    """
    reader = Notice.objects.owed().filter(pk=pk).values_list("user", flat=True).first()
    if reader is None or not (_claimed(_TO.format(reader), _SHARED) and _claimed(f"notice {pk}")):
        return
    notice = Notice.objects.owed().select_related("user").filter(pk=pk).first()
    if notice is None:
        return
    if _wanted([notice]):
        if not budgets.may_tell(notice.user):
            return
        mails.send(notice.user.email, *_written([notice]))
    notice.mail_due_at = None
    notice.save(update_fields=["mail_due_at"])


@transaction.atomic
def _send_gathered(reader: int) -> None:
    """One mail for all that is owed to a person; while a single one leaves, it waits for the next
    look."""
    if not _claimed(_TO.format(reader)):
        return
    owed = list(Notice.objects.owed().select_related("user").filter(user=reader).order_by("pk"))
    if wanted := _wanted(owed):
        mails.send(wanted[0].user.email, *_written(wanted))
    Notice.objects.filter(pk__in=[notice.pk for notice in owed]).update(mail_due_at=None)


def _wanted(notices: Sequence[Notice]) -> list[Notice]:
    """Those of one person's notices that he still wants to be mailed and still may read."""
    reader = notices[0].user if notices else None
    if reader is None or not (reader.is_active and reader.mails_notices):
        return []
    teams = {notice.team_id for notice in notices}
    own = set(reader.memberships.filter(team__in=teams).values_list("team", flat=True))
    return [
        notice
        for notice in notices
        if notice.team_id is None or reader.platform_role or notice.team_id in own
    ]


def _claimed(what: str, shared: str = "") -> bool:
    """Whether no other worker has it in hand; if so, it is ours until the transaction ends.

    No row is locked: a reader who marks a notice as read would wait for the mail server.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_xact_lock{shared}(hashtextextended(%s, 0))", [what])
        return bool(cursor.fetchone()[0])


def _written(notices: Sequence[Notice]) -> tuple[str, str]:
    """Subject and text about one person's notices, once in each language he may want."""
    template = "notices/mail_notice.txt" if len(notices) == 1 else "notices/mail_gathered.txt"
    subjects, texts = [], []
    for language in _languages(notices[0].user):
        with translation.override(language):
            context = {
                "notice": notices[0],
                "notices": [(str(one), mails.address(one.url)) for one in notices[:MOST_LISTED]],
                "more": max(0, len(notices) - MOST_LISTED),
                "url": mails.address(notices[0].url),
                "notices_url": mails.address(reverse("notices:notice-list")),
                "settings_url": mails.address(reverse("accounts:account-settings")),
            }
            subjects.append(str(notices[0]) if len(notices) == 1 else _many(len(notices)))
            texts.append(mails.text(template, context))
    return " / ".join(subjects), "\n\n--\n\n".join(texts)


def _many(count: int) -> str:
    return _("%(count)s new notices") % {"count": words.count(count)}


def _languages(user: User) -> list[str]:
    """The language the person has chosen; both for one whose browser decides, as it is not here.

    Nobody's request is going on either, so there is no language of the moment as for `spoken_to`.
    """
    return [user.language] if user.language else [code for code, _name in settings.LANGUAGES]


def ask_again() -> None:
    """Ask once more, gathered by person, for the mails that no attempt sent."""
    moment = clock.now()
    given_up = Notice.objects.owed().filter(mail_due_at__lte=moment - GIVE_UP_AFTER)
    if count := given_up.update(mail_due_at=None):
        log.warning("Mails of notices were given up", extra={"count": count})
    late = Notice.objects.owed().filter(mail_due_at__lt=moment - ASK_AGAIN_AFTER)
    waiting = late.values("user").annotate(since=Min("mail_due_at")).order_by("since")
    if found := list(waiting.values_list("user", flat=True)[:MOST_AT_ONCE]):
        queue.enqueue("notices.gather", args={"people": found})
