"""Tell people what happened: the bell at the top of every page."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from portal.accounts.models import Notice, User


def notify(users: Iterable[User], text: str, *, url: str, **params: Any) -> None:
    """Put one notice into the bell of each of `users`.

    `text` is an English message id with named placeholders, marked by `gettext_noop`; `params` are
    their values, as JSON can hold them. `url` is the path the notice leads to.
    """
    Notice.objects.bulk_create(
        Notice(user=user, text=text, url=url, params=params) for user in users
    )


def read_all(*, by: User) -> int:
    """Mark every unread notice of `by` as read; how many there were."""
    return by.notices.filter(read_at=None).update(read_at=timezone.now())
