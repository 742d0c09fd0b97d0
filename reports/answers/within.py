"""What of the facts is a campaign's: the touches of its boosts, and those of its notes that no
boost paid for. A note may belong to several campaigns; what boosts of another one brought is that
one's.

A question that names no campaign is about all of them. One that is asked as of a moment is about
what belonged to the campaign then.
"""

from typing import Any

from django.db.models import Q, QuerySet
from psycopg import sql

from campaigns.boosts.belonging import BoostBelonging
from campaigns.boosts.models import Boost
from campaigns.campaigns import belonging
from campaigns.campaigns.belonging import NoteBelonging
from campaigns.campaigns.models import CampaignNote
from reports.answers.question import Question

_NOW = sql.SQL("of_it.campaign_id = %(campaign)s")
_THEN = sql.SQL(
    "of_it.campaign_id = %(campaign)s AND of_it.from_at <= %(of_members)s"
    " AND (of_it.to_at IS NULL OR of_it.to_at > %(of_members)s)"
)
_MEMBERS = sql.SQL("(SELECT {key} FROM {table} AS of_it WHERE {belongs})")
_FACTS = sql.SQL("CASE WHEN boost_id IS NULL THEN note_id IN {notes} ELSE boost_id IN {boosts} END")
# A cost is of one thing: of a campaign as a whole, of a note for one, or of a boost.
_OUTSIDE = sql.SQL("(cost.campaign_id = %(campaign)s OR cost.boost_id IN {boosts})")
_ALL = sql.SQL("TRUE")


def facts(question: Question) -> Q:
    """Which facts of notes and boosts are asked for."""
    if question.campaign is None:
        return Q()
    of_notes = Q(boost_id=None, note_id__in=_notes(question))
    return of_notes | Q(boost_id__in=_boosts(question))


def facts_in_sql(question: Question) -> sql.Composable:
    """The same as a condition; its params are `params`."""
    if question.campaign is None:
        return _ALL
    return _FACTS.format(notes=_notes_in_sql(question), boosts=_boosts_in_sql(question))


def boosts_in_sql(question: Question) -> sql.Composable:
    """Which boosts are."""
    if question.campaign is None:
        return _ALL
    return sql.SQL("boost.id IN {}").format(_boosts_in_sql(question))


def costs_in_sql(question: Question) -> sql.Composable:
    """Which costs from outside are."""
    return _ALL if question.campaign is None else _OUTSIDE.format(boosts=_boosts_in_sql(question))


def params(question: Question) -> dict[str, Any]:
    return {"campaign": question.campaign and question.campaign.pk, "of_members": question.as_of}


def wait_for_members(question: Question) -> None:
    """Let what joins or leaves the campaign come to its end: it is dated before a moment that is
    taken behind this, and what comes later is dated later. Behind the merchant, before the turn and
    boosts: who changes a draft's campaign has locked the draft, which nobody else waits for."""
    if question.campaign is not None:
        belonging.take_lock([question.campaign.pk])


def _notes(question: Question) -> QuerySet[Any]:
    if question.as_of is None:
        return CampaignNote.objects.filter(campaign=question.campaign).values("note_id")
    then = NoteBelonging.objects.filter(campaign=question.campaign)
    return belonging.at(then, question.as_of).values("note_id")


def _boosts(question: Question) -> QuerySet[Any]:
    if question.as_of is None:
        return Boost.objects.filter(campaign=question.campaign).order_by().values("pk")
    then = BoostBelonging.objects.filter(campaign=question.campaign)
    return belonging.at(then, question.as_of).values("boost_id")


def _notes_in_sql(question: Question) -> sql.Composable:
    return _members(question, "note_id", CampaignNote, NoteBelonging)


def _boosts_in_sql(question: Question) -> sql.Composable:
    key = "id" if question.as_of is None else "boost_id"
    return _members(question, key, Boost, BoostBelonging)


def _members(question: Question, key: str, now: Any, then: Any) -> sql.Composable:
    model, belongs = (now, _NOW) if question.as_of is None else (then, _THEN)
    return _MEMBERS.format(
        key=sql.Identifier("of_it", key),
        table=sql.Identifier(model._meta.db_table),
        belongs=belongs,
    )
