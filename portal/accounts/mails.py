"""Plain mails about people and teams, and what every mail of the portal has in common."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts import people
from portal.accounts.models import Invitation, User

_held_back = ContextVar("held_back", default=False)


@contextmanager
def held_back() -> Iterator[None]:
    """No mail about what is done and committed inside: the people of a demo world read none."""
    token = _held_back.set(True)
    try:
        yield
    finally:
        _held_back.reset(token)


def may_leave() -> bool:
    """Whether mails are sent at all, that is, not held back."""
    return not _held_back.get()


def send(to: str, subject: str, text: str) -> None:
    """Hand one mail to the mail server. A subject is one line, whatever names it has in it."""
    if may_leave():
        # Keeps vacation answers of the readers away from our address.
        headers = {"Auto-Submitted": "auto-generated"}
        EmailMessage(one_line(subject), text, to=[to], headers=headers).send()


def one_line(text: str) -> str:
    return " ".join(text.split())


def address(path: str) -> str:
    """The full address of a page of the site, whatever name the request came by."""
    return urljoin(settings.SITE_URL, path)


def text(template: str, context: dict[str, Any]) -> str:
    """The text of a mail; its template also knows what the site is called."""
    return render_to_string(template, {**context, "site_name": settings.SITE_NAME}).strip()


def send_invitation(invitation: Invitation, token: str) -> None:
    """Send the link that `teams.accept` takes; the only place where the token is in clear."""
    url = address(reverse("accounts:invitation-accept", args=[token]))
    with _spoken_to_invited(invitation):
        send(
            invitation.email,
            _("%(name)s invites you to %(team)s")
            % {"name": invitation.invited_by, "team": invitation.team},
            text("accounts/mail_invitation.txt", {"invitation": invitation, "url": url}),
        )


def send_withdrawal(invitation: Invitation) -> None:
    """Say that the link of an invitation works no more."""
    with _spoken_to_invited(invitation):
        send(
            invitation.email,
            _("Your invitation to %(team)s was withdrawn") % {"team": invitation.team},
            text("accounts/mail_withdrawal.txt", {"invitation": invitation}),
        )


@contextmanager
def _spoken_to_invited(invitation: Invitation) -> Iterator[None]:
    """The language of whoever has the address; of who invited where nobody has it yet."""
    invited = people.known_at(invitation.email).first()
    with people.spoken_to(invited or invitation.invited_by):
        yield


def tell_factors_taken_away(person: User) -> None:
    """Tell somebody that his account was opened to other factors than his."""
    with people.spoken_to(person):
        send(
            person.email,
            _("Your second factors on %(site)s were taken away") % {"site": settings.SITE_NAME},
            text(
                "accounts/mail_factors_taken_away.txt",
                {"reset_url": address(reverse("account_reset_password"))},
            ),
        )


def tell_switched_off(person: User, reason: str) -> None:
    """Tell somebody that nobody signs in to his account any more, and why."""
    with people.spoken_to(person):
        send(
            person.email,
            _("Your account on %(site)s was switched off") % {"site": settings.SITE_NAME},
            text("accounts/mail_switched_off.txt", {"reason": reason}),
        )


def tell_switched_on(person: User) -> None:
    """Tell somebody that he may sign in again, and how."""
    with people.spoken_to(person):
        send(
            person.email,
            _("Your account on %(site)s is open again") % {"site": settings.SITE_NAME},
            text(
                "accounts/mail_switched_on.txt",
                {"reset_url": address(reverse("account_reset_password"))},
            ),
        )
