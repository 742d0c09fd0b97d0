"""Four eyes: what two persons have to say yes to, one after the other. ADR 0151."""

from django.db.models import Exists, OuterRef
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


def given_by(person: User, model: type[Reviewable]) -> Exists:
    """A condition on rows of `model`: `person` has signed them first since they were handed in."""
    signed = Decision.objects.filter(noun=model._meta.model_name, number=OuterRef("pk"))
    return Exists(signed.filter(verdict=SIGNED, by=person, asked_at=OuterRef("submitted_at")))
