"""Four eyes: what two persons have to say yes to, one after the other. ADR 0151."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.review import journal
from portal.review.door import DecisionRefusal
from portal.review.models import SIGNED, Decision
from portal.review.subjects import Reviewable


def is_second(subject: Reviewable, *, by: User, reason: str) -> bool:
    """Whether `by`, who came by the door, is the second who says yes to this very version.

    The first is written down in the journal (the verb tells the audit log), and the subject waits
    on; what is changed then is another version, and its first is to come. Raises DecisionRefusal
    when `by` was the first himself.
    """
    entrance = subject.entrance
    if entrance is None:
        raise journal.NoEntrance(f"{subject._meta.label} {subject.pk} is signed by no door.")
    first = first_of(subject, entrance.version)
    if first is None:
        journal.write(subject, entrance, SIGNED, by=by, reason=reason)
        return False
    if first.by == by:
        raise DecisionRefusal(
            _("You have signed this. A second person has to, too."), field="decision"
        )
    return True


def first_of(subject: Reviewable, version: str) -> Decision | None:
    """The first signature under this version of `subject`."""
    return Decision.objects.about(subject).filter(verdict=SIGNED, version=version).first()


def given_by(person: User, waiting: QuerySet[Any]) -> Q:
    """A condition on the rows of `waiting`: `person` has signed them first as they are now.

    Who signed what was changed since is asked again. Two queries, and what the versions take, where
    the noun is signed by two and he has signed something that waits.
    """
    model: type[Reviewable] = waiting.model
    if SIGNED not in model.CARE:
        return Q(pk__in=())
    signed = Decision.objects.filter(noun=model._meta.model_name, verdict=SIGNED, by=person)
    since = signed.filter(number=OuterRef("pk"), asked_at=OuterRef("submitted_at"))
    versions = model.version_each(list(waiting.filter(Exists(since))))
    if not versions:
        return Q(pk__in=())
    known = set(signed.filter(number__in=versions).values_list("number", "version"))
    return Q(pk__in=[pk for pk, version in versions.items() if (pk, version) in known])
