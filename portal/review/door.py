"""The one door of every decision."""

from collections.abc import Sequence
from typing import TypeVar

from django.utils.translation import gettext as _

from portal.accounts import permissions
from portal.accounts.models import User
from portal.choices import state_of
from portal.refusals import Refusal
from portal.review import claims, concerned, reasons
from portal.review.subjects import Entrance, Reviewable

S = TypeVar("S", bound=Reviewable)


class DecisionRefusal(Refusal):
    """The decision is not taken: not now, not about this, or not by this person."""


def enter(subject: S, action: str, *, version: str, by: User, codes: Sequence[str] = ()) -> S:
    """The locked row, if `by` may decide now about exactly what he has read.

    `action` is the permission it takes and `version` the one the page showed. A verb that decides
    begins with this call, inside its transaction. Raises PermissionDenied without the permission,
    and DecisionRefusal when the subject waits no more, was changed since, concerns `by`, or is read
    by somebody else who has claimed it. `codes` are those of the reasons he gives.
    """
    row = type(subject).locked(subject.pk)
    permissions.require(by, action)
    if row.status != row.WAITING:
        raise DecisionRefusal(
            _("Not taken: this waits for no decision any more. It is: %(status)s.")
            % {"status": state_of(row, "status").label}
        )
    read = row.snapshot()
    if row.version_of(read) != version:
        raise DecisionRefusal(
            _("Not taken: this was changed since you opened it. Read it again, then decide.")
        )
    if said := concerned.objection(row, by):
        raise DecisionRefusal(said)
    if claim := claims.of_another(row, by):
        raise DecisionRefusal(claims.said(claim))
    row.entrance = Entrance(by, version, read, reasons.known(row, codes))
    return row
