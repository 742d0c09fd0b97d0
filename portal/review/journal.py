"""The journal of decisions: the door notes who entered, and the move that follows is written down.

No verb writes it, so none can forget it, and a decision that came by no door is not taken.
"""

from portal.accounts.models import User
from portal.review import appeals, claims
from portal.review.models import Decision, Outcome
from portal.review.subjects import Entrance, Reviewable
from portal.states import Stateful


class NoEntrance(RuntimeError):
    """A verb decides about a subject without `door.enter`: a fault of the verb."""


def write(
    subject: Reviewable, entrance: Entrance, verdict: str, *, by: User, reason: str
) -> Decision:
    """Add the row of a decision about the locked `subject`, as it was read at `entrance`; whoever
    had claimed it is through with it."""
    if subject.submitted_at is None:
        raise ValueError(f"{subject._meta.label} {subject.pk} was never handed in")
    claims.end(subject)
    return Decision.objects.create(
        noun=subject.noun,
        number=subject.pk,
        verdict=verdict,
        version=entrance.version,
        judged=entrance.judged,
        codes=list(entrance.codes),
        reason=reason,
        by=by,
        asked_at=subject.submitted_at,
    )


def write_move(
    sender: type[Stateful],
    *,
    row: Stateful,
    old: str,
    new: str,
    by: User | None,
    reason: str,
    **_more: object,
) -> None:
    """Listen to `moved`: what waited was decided, or waits no more.

    Raises NoEntrance for a decision of nobody, or of somebody else than who came by the door.
    """
    if not isinstance(row, Reviewable) or old != row.WAITING:
        return
    if new not in row.DECISIONS or (by is None and new in row.BY_THE_PORTAL):
        appeals.end(row, Outcome.WITHDRAWN)
        claims.end(row)
        return
    entrance = row.entrance
    if entrance is None or by is None or entrance.by != by:
        raise NoEntrance(f"{row._meta.label} {row.pk} is decided, and nobody came by the door.")
    write(row, entrance, new, by=by, reason=reason)
    appeals.decide(row, new)
    row.entrance = None
