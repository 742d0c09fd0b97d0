"""The people concerned by a subject, who decide nothing about it.

A list of questions about a subject, asked of one person or of many at once. Rooms above add theirs
with `add`, for example those who act for a team without being in it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext as _

from portal import clock
from portal.accounts import audit, people
from portal.accounts.models import (
    AuditEntry,
    FormerMember,
    Invitation,
    Membership,
    Team,
    User,
)
from portal.notices.audiences import Audience, platform_who_may
from portal.review import appeals
from portal.review.models import SIGNED
from portal.review.subjects import Reviewable

# How long somebody who has left a team stays concerned by what it asks for afterwards.
APART_FOR = timedelta(days=90)


@dataclass(frozen=True)
class Question:
    """Whom a subject concerns, as a condition on people, and the sentence that they read."""

    whom: Callable[[Reviewable], Q]
    said: Callable[[], str]


def written_by(person: User, model: type[Reviewable]) -> Exists:
    """A condition on rows of `model`: `person` wrote, edited or handed them in ever.

    That is whoever did anything to them but what only the platform does.
    """
    return Exists(_writing(model).filter(subject__in=audit.outer_names(model), actor=person))


def wrote(subject: Reviewable) -> Q:
    """A condition on people: who wrote, edited or handed in the subject ever."""
    written = _writing(type(subject)).filter(subject__in=audit.names_of(subject))
    return Q(Exists(written.filter(actor=OuterRef("pk"))))


def _writing(model: type[Reviewable]) -> QuerySet[AuditEntry]:
    ours = _verbs(model, model.DECISIONS | model.CARE)
    return AuditEntry.objects.exclude(verb__in=ours)


def was_of_its_team(subject: Reviewable) -> Q:
    """A condition on people: who is a member of its team, is invited to it, or left it APART_FOR
    before or any later."""
    team, asked_at = subject.audit_team(), subject.submitted_at or clock.now()
    return Q(pk__in=()) if team is None else is_of_team(team, since=asked_at - APART_FOR)


def is_of_team(team: Team, *, since: datetime) -> Q:
    """A condition on people: who is in `team`, invited to it at any of his addresses, or left it
    `since`."""
    in_it, left_it = _tied(OuterRef("pk"), people.invitations_to_each())
    ties = [*in_it, left_it.filter(left_at__gte=since)]
    return reduce(or_, (Q(Exists(rows.filter(team=team))) for rows in ties))


@dataclass(frozen=True)
class Ties:
    """The teams of a `person`, read once for all that he might decide: those he is in or invited
    to, and when he left which (last)."""

    person: User
    teams: frozenset[int]
    left: Mapping[int, datetime]


def ties_of(person: User) -> Ties:
    in_them, left_them = _tied(person, people.invitations_to(person))
    never = Value(None, output_field=DateTimeField())
    of_teams = [rows.order_by().values_list("team", never) for rows in in_them]
    found = left_them.order_by().values_list("team", "left_at").union(*of_teams, all=True)
    left: dict[int, datetime] = {}
    teams: set[int] = set()
    for team, left_at in found:
        if left_at is None:
            teams.add(team)
        else:
            left[team] = max(left_at, left.get(team, left_at))
    return Ties(person, frozenset(teams), left)


def asked_by_team_of(ties: Ties, model: type[Reviewable]) -> Q:
    """A condition on rows of `model`: what `was_of_its_team` asks of one, asked of all at once."""
    if not model.TEAM:
        return Q(pk__in=())
    lately = (
        Q(**{model.TEAM: team}, submitted_at__lte=left_at + APART_FOR)
        for team, left_at in ties.left.items()
    )
    return reduce(or_, lately, Q(**{f"{model.TEAM}__in": ties.teams}))


def _tied(
    person: User | OuterRef, invitations: QuerySet[Invitation]
) -> tuple[Sequence[QuerySet[Any]], QuerySet[FormerMember]]:
    """The rows that tie `person` to teams still, each with its `team`, and those that did once;
    `invitations` are to him."""
    return (
        (Membership.objects.filter(user=person), invitations),
        FormerMember.objects.filter(user=person),
    )


def _said_to_its_team() -> str:
    return _(
        "You belong, or belonged until %(days)s days before this request, to the team that "
        "asks. A colleague has to decide."
    ) % {"days": APART_FOR.days}


def disputed(subject: Reviewable) -> Q:
    """A condition on people: who has decided about the subject before, while that is disputed."""
    if appeals.open_of(subject) is None:
        return Q(pk__in=())
    decided = _deciding(type(subject)).filter(subject__in=audit.names_of(subject))
    return Q(Exists(decided.filter(actor=OuterRef("pk"))))


def disputed_by_others(person: User, model: type[Reviewable]) -> Q:
    """A condition on rows of `model`: what `disputed` asks of one, asked of all at once."""
    decided = _deciding(model).filter(subject__in=audit.outer_names(model), actor=person)
    return Q(appeals.open_to_rows(model)) & Q(Exists(decided))


def _deciding(model: type[Reviewable]) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(verb__in=_verbs(model, {*model.DECISIONS, SIGNED}))


def _verbs(model: type[Reviewable], acts: Iterable[str]) -> list[str]:
    """What the audit log calls `acts` upon rows of `model`, and called them."""
    return [f"{noun}.{act}" for act in acts for noun in audit.nouns_of(model)]


_questions = [
    Question(
        wrote,
        lambda: _("You wrote, changed or handed in this yourself. A colleague has to decide."),
    ),
    Question(was_of_its_team, _said_to_its_team),
    Question(
        disputed,
        lambda: _("The merchant disagrees with you. Somebody who has not decided yet has to."),
    ),
]


def add(question: Question) -> None:
    """Ask `question`, too, before every decision; called from an AppConfig's `ready`."""
    _questions.append(question)


def objection(subject: Reviewable, person: User) -> str:
    """Why `person` may not decide about `subject`, as a sentence for him; empty when he may."""
    himself = User.objects.filter(pk=person.pk)
    found = (each for each in _questions if himself.filter(each.whom(subject)).exists())
    return next((each.said() for each in found), "")


def may_be_decided(subject: Reviewable, action: str) -> bool:
    """Whether anybody is left whose role allows `action` and whom `subject` does not concern."""
    return unconcerned(platform_who_may(action))(AuditEntry(), subject).exists()


def unconcerned(audience: Audience) -> Audience:
    """Those of `audience` who may decide about the row that an act was about."""

    def free(entry: AuditEntry, row: Reviewable) -> QuerySet[User]:
        concerned = reduce(or_, (each.whom(row) for each in _questions))
        return audience(entry, row).exclude(concerned)

    return free
