"""The people concerned by a subject, who decide nothing about it.

A list of questions about a person and a subject. Rooms above add theirs with `add`, for example
those who act for a team without being in it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import CharField, DurationField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from portal import clock
from portal.accounts import people
from portal.accounts.models import (
    AuditEntry,
    FormerMember,
    Membership,
    Team,
    User,
)
from portal.notices.audiences import Audience
from portal.review.subjects import Reviewable

# How long somebody who has left a team stays concerned by what it asks for afterwards.
APART_FOR = timedelta(days=90)

# Given a subject and a person: why he is concerned, as a sentence for him, else an empty text.
Question = Callable[[Reviewable, User], str]


def written_by(person: User, model: type[Reviewable]) -> Exists:
    """A condition on rows of `model`: `person` wrote, edited or handed them in ever.

    That is whoever did anything to them but what only the platform does.
    """
    noun = model._meta.model_name
    ours = [f"{noun}.{act}" for act in model.DECISIONS | model.CARE]
    name = Concat(Value(f"{noun}:"), Cast(OuterRef("pk"), CharField()))
    return Exists(AuditEntry.objects.filter(subject=name, actor=person).exclude(verb__in=ours))


def wrote_it(subject: Reviewable, person: User) -> str:
    """Who wrote, edited or handed in the subject ever."""
    model = type(subject)
    if model._default_manager.filter(written_by(person, model), pk=subject.pk).exists():
        return _("You wrote, changed or handed in this yourself. A colleague has to decide.")
    return ""


def was_of_its_team(subject: Reviewable, person: User) -> str:
    """Who is a member of its team, is invited to it, or left it APART_FOR before or any later."""
    team, asked_at = subject.audit_team(), subject.submitted_at or clock.now()
    if team is not None and is_of_team(team, person, since=asked_at - APART_FOR):
        return _(
            "You belong, or belonged until %(days)s days before this request, to the team that "
            "asks. A colleague has to decide."
        ) % {"days": APART_FOR.days}
    return ""


def is_of_team(team: Team, person: User, *, since: datetime) -> bool:
    """Whether `person` is in `team`, invited to it at any of his addresses, or left it `since`."""
    return any(rows.filter(team=team).exists() for rows in _ties(person, since=since))


def asked_by_team_of(person: User, model: type[Reviewable]) -> Q:
    """A condition on rows of `model`: what `was_of_its_team` asks of one, asked of all at once."""
    if not model.TEAM:
        return Q(pk__in=())
    since = OuterRef("submitted_at") - Value(APART_FOR, output_field=DurationField())
    team = OuterRef(model.TEAM)
    found = (Q(Exists(rows.filter(team=team))) for rows in _ties(person, since=since))
    return reduce(or_, found)


def _ties(person: User, *, since: datetime | Combinable) -> tuple[QuerySet[Any], ...]:
    """The rows that tie `person` to teams, each with its `team`."""
    return (
        Membership.objects.filter(user=person),
        FormerMember.objects.filter(user=person, left_at__gte=since),
        people.invitations_to(person),
    )


_questions: list[Question] = [wrote_it, was_of_its_team]


def add(question: Question) -> None:
    """Ask `question`, too, before every decision; called from an AppConfig's `ready`."""
    _questions.append(question)


def objection(subject: Reviewable, person: User) -> str:
    """Why `person` may not decide about `subject`, as a sentence for him; empty when he may."""
    return next((said for ask in _questions if (said := ask(subject, person))), "")


def unconcerned(audience: Audience) -> Audience:
    """Those of `audience` who may decide about the row that an act was about."""

    def free(entry: AuditEntry, row: Reviewable) -> QuerySet[User]:
        people = audience(entry, row)
        return people.filter(pk__in=[one.pk for one in people if not objection(row, one)])

    return free
