"""Several things of one kind that are decided on one page, each for itself. ADR 0169.

Each is decided by the verb of its answer, in a transaction of its own, about the version that was
read; what refuses one refuses no other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.accounts.models import User
from portal.choices import Colour, ColouredChoices
from portal.refusals import Refusal
from portal.review.kinds import Answer, Kind
from portal.review.subjects import Reviewable

# As many as somebody reads with care; the next follow when these are decided.
MOST = 20
# What is wrong with the answer itself, and so with all of them alike.
OF_THE_ANSWER = {"reason", "codes"}


class Fate(ColouredChoices):
    """What became of one of several: a closed set."""

    TAKEN = "taken", Colour.GREEN, pgettext_lazy("fate", "Decided")
    SIGNED = "signed", Colour.AZURE, gettext_lazy("Signed by you; a second person decides")
    REFUSED = "refused", Colour.RED, gettext_lazy("Not taken")


@dataclass(frozen=True)
class Outcome:
    """What became of `subject`, and why not, where it was not taken."""

    subject: Reviewable
    fate: Fate
    said: str = ""

    @property
    def colour(self) -> str:
        return self.fate.colour

    @property
    def label(self) -> str:
        return str(self.fate.label)


def above(kind: Kind, pk: int) -> models.Model | None:
    """The thing with this primary key whose rows of `kind` are decided together; None when there is
    none, or they are not."""
    if not kind.together:
        return None
    model: Any = kind.model._meta.get_field(kind.together).related_model
    found: models.Model | None = model._default_manager.filter(pk=pk).first()
    return found


def decide(
    kind: Kind,
    answer: Answer,
    chosen: Sequence[tuple[int, str]],
    *,
    of: models.Model,
    by: User,
    given: Mapping[str, object],
) -> list[Outcome]:
    """Answer each of `chosen` (number, and the version that was read) that belongs to `of`.

    Numbers that are no such rows are left out. Raises Refusal for what is wrong with the answer
    itself before any is decided.
    """
    taken = {name: given[name] for name in answer.takes if name in given}
    rows = kind.rows().filter(**{kind.together: of.pk})
    subjects = {row.pk: row for row in rows.filter(pk__in=[pk for pk, _version in chosen])}
    return [
        _one(kind, answer, subjects[pk], version, by, taken)
        for pk, version in dict(chosen[:MOST]).items()
        if pk in subjects
    ]


def _one(
    kind: Kind, answer: Answer, subject: Reviewable, version: str, by: User, taken: dict[str, Any]
) -> Outcome:
    try:
        answer.decide(subject, version=version, by=by, **taken)
    except Refusal as refusal:
        if refusal.field in OF_THE_ANSWER:
            raise
        return Outcome(subject, Fate.REFUSED, refusal.message)
    except PermissionDenied:
        # A role that was taken away meanwhile keeps what was decided before.
        return Outcome(subject, Fate.REFUSED, _("Your role does not allow this any more."))
    waits = kind.rows().filter(pk=subject.pk, status=subject.WAITING).exists()
    return Outcome(subject, Fate.SIGNED if waits else Fate.TAKEN)
