"""Appeals: somebody disagrees with a decision, and another person decides. ADR 0151.

An appeal is no correction: the subject is handed in again as it was judged. A verb of its noun does
so, and calls `begin` before it moves the subject, so that those who decided are not told to decide.
"""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from portal import clock
from portal.accounts.models import User
from portal.refusals import Refusal, given_reason
from portal.review.models import Appeal, Outcome
from portal.review.subjects import Reviewable


class AppealRefusal(Refusal):
    """The decision is not disputed: not again, or not like this."""


def begin(subject: Reviewable, *, text: str, by: User) -> Appeal:
    """Somebody disagrees with the decision in which the locked `subject` stands.

    Its `submitted_at` is the new moment already. Raises AppealRefusal when that decision was made
    upon an appeal, and Refusal at `text` when nothing is said.
    """
    told = given_reason(text, "text")
    return Appeal.objects.create(
        noun=subject.noun,
        number=subject.pk,
        verdict=subject.status,
        text=told,
        by=by,
        asked_at=subject.submitted_at or clock.now(),
    )


def refuse_twice(subject: Reviewable) -> None:
    """Raise AppealRefusal when the locked `subject` was handed in for an appeal last, decided or
    not."""
    asked_at = subject.submitted_at
    before = _of(subject).filter(asked_at=asked_at).first() if asked_at else None
    if before and before.outcome == Outcome.WITHDRAWN:
        raise AppealRefusal(_("You disagreed and that ended, so the decision stands."))
    if before:
        raise AppealRefusal(_("This was decided by a second person already, and that stands."))


def open_of(subject: Reviewable) -> Appeal | None:
    """The appeal upon which `subject` waits, if it does."""
    return _of(subject).filter(outcome=Outcome.OPEN).select_related("by").first()


def open_to_rows(model: type[Reviewable]) -> Exists:
    """A condition on rows of `model`: they wait upon an appeal."""
    found = Appeal.objects.filter(noun=model._meta.model_name, number=OuterRef("pk"))
    return Exists(found.filter(outcome=Outcome.OPEN))


def decide(subject: Reviewable, verdict: str) -> None:
    """The locked `subject` was moved to `verdict`; what that makes of its appeal, if there was
    one: the same no stands, a yes overturns it, and another no does neither."""
    appeal = open_of(subject)
    if appeal is None:
        return
    if verdict in subject.GRANTED:
        end(subject, Outcome.OVERTURNED)
    elif verdict == appeal.verdict:
        end(subject, Outcome.UPHELD)
    else:
        end(subject, Outcome.CHANGED)


def end(subject: Reviewable, outcome: Outcome) -> None:
    """The locked `subject` waits no more; what came of its appeal, if there was one."""
    _of(subject).filter(outcome=Outcome.OPEN).update(outcome=outcome, ended_at=clock.now())


def about(subject: Reviewable) -> list[Appeal]:
    """All appeals about `subject`, the newest first."""
    return list(_of(subject).select_related("by").order_by("-pk"))


def _of(subject: Reviewable) -> QuerySet[Appeal]:
    return Appeal.objects.filter(noun=subject.noun, number=subject.pk)
