"""A second factor and a login of these minutes, which are asked for before money, members, keys and
rules are touched.

The actions they are asked for stand here; `permissions.require` asks, and so every page of such an
action does. What was typed is kept meanwhile (`portal.ui.unsent`). ADR 0095, 0177.
"""

from datetime import datetime, timedelta

from allauth.core import context
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts import held

RECENTLY = timedelta(minutes=10)
READS = {"GET", "HEAD", "OPTIONS"}

# What each is, for the person who is asked who he is.
ASKED_FOR: dict[str, Promise] = {
    "team.manage": _("Change the team"),
    "boost.submit": _("Submit a boost, which holds its budget"),
    "boost.review": _("Decide about a boost, which moves its money"),
    "boost.stop_any": _("Stop a boost for the platform, which gives its money back"),
    "payment.record": _("Write a payment down"),
    "payment.sign": _("Sign a payment"),
    "refund.request": _("Ask for balance back"),
    "refund.review": _("Check a refund of balance"),
    "refund.pay": _("Book that a refund of balance was paid"),
    "fund.manage": _("Change a fund"),
    "fund.sign": _("Sign a payment into a fund"),
    "adserver.manage": _("Set up or switch an ad server, which says what boosts cost"),
    "opening.propose": _("Propose or withdraw a rule"),
    "opening.sign": _("Sign a rule"),
    "endpoint.manage": _("Change a partner’s endpoint or read its keys"),
}


class LoginTooOld(ReauthenticationRequired):
    """`action` takes a login of the last RECENTLY."""

    def __init__(self, action: str) -> None:
        super().__init__(action)
        self.action = action


class FactorMissing(Exception):
    """`action` takes a second factor, and the person holds none."""

    def __init__(self, action: str) -> None:
        super().__init__(action)
        self.action = action


def note(request: HttpRequest, **signal: object) -> None:
    """Somebody has just said who he is, by signing in or once more."""
    request.session["signed_in_at"] = clock.now().isoformat()


def note_again(request: HttpRequest, *, reauthenticated: bool = False, **signal: object) -> None:
    """The same for a step of allauth, of which the last before a login is not the login."""
    if reauthenticated:
        note(request)


def is_recent(request: HttpRequest) -> bool:
    """Whether the person behind the session said who he is within RECENTLY.

    A moment that lies further ahead than that is of a clock that was set back, and tells nothing.
    """
    noted: str = request.session.get("signed_in_at", "")
    return bool(noted) and abs(clock.now() - datetime.fromisoformat(noted)) < RECENTLY


def ask(action: str) -> None:
    """Raise FactorMissing or LoginTooOld where a person at a page does `action` without a second
    factor, or with an older login.

    Pages may be read so. Commands and workers have no session to ask. Most hold a factor for their
    role (`factors.is_owed`); whoever only holds a budget now and then is asked with the act.
    """
    request = context.request
    if request is None or request.method in READS or action not in ASKED_FOR:
        return
    if not request.user.is_authenticated:
        return
    # Setting one up asks for a login of these minutes, too: both are over in one go.
    if held.is_missing(request.user):
        raise FactorMissing(action)
    if not is_recent(request):
        raise LoginTooOld(action)
