"""What is done with notices: give one to people, mark them as read."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation

from portal import clock
from portal.accounts import mails
from portal.accounts.models import Team, User
from portal.jobs import queue
from portal.notices.models import Notice


@transaction.atomic
def notify(
    users: Iterable[User], text: str, *, url: str, team: Team | None = None, **params: Any
) -> None:
    """Put one notice into the bell of each of `users`, and mail it to those who want that.

    `text` is an English message id with named placeholders, marked by `gettext_noop`; `params` are
    their values. Whatever is not a plain text is kept in every language of the portal, because a
    category or programme is called differently in each. `url` is the path the notice leads to and
    `team` the one whose affair it is.
    """
    told = {name: _in_every_language(value) for name, value in params.items()}
    moment = clock.now()
    notices = Notice.objects.bulk_create(
        Notice(
            user=user,
            team=team,
            text=text,
            url=url,
            params=told,
            mail_due_at=moment if user.mails_notices and mails.may_leave() else None,
        )
        for user in users
    )
    owed = [notice.pk for notice in notices if notice.mail_due_at]
    if owed:
        queue.enqueue("notices.mail", args={"notices": owed})


def _in_every_language(value: Any) -> str | dict[str, str]:
    if isinstance(value, str):
        return value
    names = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            names[language] = str(value)
    return names


def read_all(*, by: User) -> int:
    """Mark every unread notice of `by` as read; how many there were."""
    return Notice.objects.filter(user=by).unread().update(read_at=clock.now())
