"""The mail of a notice, in the language of the person who gets it.

A mail is owed until the mail server has taken it. It leaves from a job, so a slow server holds up
nobody's page and one that is down gets it later.
"""

import logging
import smtplib
import socket
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import translation

from portal import clock
from portal.accounts import mails
from portal.accounts.models import User
from portal.jobs import queue
from portal.notices.models import Notice

log = logging.getLogger(__name__)

# Attempts of one job follow each other within a minute or two; after them the hourly look asks
# again, but nobody wants the mails of last week at once when a server comes back.
ASK_AGAIN_AFTER = timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(days=1)
MOST_AT_ONCE = 1000
# A server that is down answers none, each after EMAIL_TIMEOUT: thousands would keep a worker for
# hours. One address that it does not answer for holds up no other.
MOST_SILENCES = 3
SILENCES = (ConnectionError, TimeoutError, socket.gaierror, smtplib.SMTPServerDisconnected)


def send_owed(notices: Sequence[int]) -> None:
    """Send the mails of these notices that are still owed; one that fails holds up no other.

    When the server has given no answer to several in a row, the rest is not tried.
    """
    failures = []
    silences = 0
    for pk in notices:
        try:
            _send(pk)
            silences = 0
        except Exception as failure:
            failure.add_note(f"notice {pk}")
            failures.append(failure)
            silences = silences + 1 if isinstance(failure, SILENCES) else 0
            if silences == MOST_SILENCES:
                break
    if failures:
        raise ExceptionGroup("Mails that did not leave", failures)


@transaction.atomic
def _send(pk: int) -> None:
    """The mail is claimed while the server takes it, so that no second worker sends it too.

    What fails stays owed. The mail leaves twice only if this worker dies between the server's yes
    and the commit.
    """
    if not _claimed(pk):
        return
    notice = Notice.objects.owed().select_related("user").filter(pk=pk).first()
    if notice is None:
        return
    person = notice.user
    if person.is_active and person.mails_notices and notice.is_still_of_its_reader:
        mails.send(person.email, *_written(notice))
    notice.mail_due_at = None
    notice.save(update_fields=["mail_due_at"])


def _claimed(pk: int) -> bool:
    """Whether no other worker has the mail in hand; if so, it is ours until the transaction ends.

    The row itself is not locked: a reader who marks it as read would wait for the mail server.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"mail of notice {pk}"]
        )
        return bool(cursor.fetchone()[0])


def _written(notice: Notice) -> tuple[str, str]:
    """Subject and text, once in each language the reader may want."""
    subjects, texts = [], []
    for language in _languages(notice.user):
        with translation.override(language):
            context = {
                "notice": notice,
                "url": mails.address(notice.url),
                "settings_url": mails.address(reverse("accounts:account-settings")),
            }
            subjects.append(str(notice))
            texts.append(mails.text("notices/mail_notice.txt", context))
    return " / ".join(subjects), "\n\n--\n\n".join(texts)


def _languages(user: User) -> list[str]:
    """The language the person has chosen; both for one whose browser decides, as it is not here.

    Nobody's request is going on either, so there is no language of the moment as for `spoken_to`.
    """
    return [user.language] if user.language else [code for code, _name in settings.LANGUAGES]


def ask_again() -> None:
    """Ask once more for the mails that no attempt could send."""
    moment = clock.now()
    given_up = Notice.objects.owed().filter(mail_due_at__lte=moment - GIVE_UP_AFTER)
    if count := given_up.update(mail_due_at=None):
        log.warning("Mails of notices were given up", extra={"count": count})
    late = Notice.objects.owed().filter(mail_due_at__lt=moment - ASK_AGAIN_AFTER)
    if found := list(late.order_by("mail_due_at").values_list("pk", flat=True)[:MOST_AT_ONCE]):
        queue.enqueue("notices.mail", args={"notices": found})
