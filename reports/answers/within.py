"""What of the facts is a campaign's: the touches of its boosts, and those of its notes that no
boost paid for. A note may belong to several campaigns; what boosts of another one brought is that
one's.

A question that names no campaign is about all of them.
"""

from typing import Any

from django.db.models import Q
from psycopg import sql

from campaigns.boosts.models import Boost
from campaigns.campaigns.models import Campaign, CampaignNote
from reports.answers.question import Question

_FACTS = sql.SQL(
    "CASE WHEN boost_id IS NULL"
    " THEN note_id IN (SELECT of_it.note_id FROM {notes} AS of_it"
    " WHERE of_it.campaign_id = %(campaign)s)"
    " ELSE boost_id IN (SELECT of_it.id FROM {boosts} AS of_it"
    " WHERE of_it.campaign_id = %(campaign)s) END"
).format(
    notes=sql.Identifier(CampaignNote._meta.db_table),
    boosts=sql.Identifier(Boost._meta.db_table),
)
# Which costs, by what their campaign is: that of a boost, and that of a cost, which may be through
# its boost.
_OF_BOOSTS = sql.SQL("boost.campaign_id = %(campaign)s")
_OUTSIDE = sql.SQL("coalesce(cost.campaign_id, boost.campaign_id) = %(campaign)s")
_ALL = sql.SQL("TRUE")


def facts(question: Question) -> Q:
    """Which facts of notes and boosts are asked for."""
    campaign = question.campaign
    if campaign is None:
        return Q()
    of_notes = Q(boost_id=None, note_id__in=_notes(campaign))
    return of_notes | Q(boost_id__in=campaign.boosts.order_by().values("pk"))


def facts_in_sql(question: Question) -> sql.Composable:
    """The same as a condition; its param is `params`."""
    return _ALL if question.campaign is None else _FACTS


def boosts_in_sql(question: Question) -> sql.Composable:
    """Which boosts are."""
    return _ALL if question.campaign is None else _OF_BOOSTS


def costs_in_sql(question: Question) -> sql.Composable:
    """Which costs from outside are."""
    return _ALL if question.campaign is None else _OUTSIDE


def params(question: Question) -> dict[str, Any]:
    return {"campaign": question.campaign and question.campaign.pk}


def _notes(campaign: Campaign) -> Any:
    return campaign.note_rows.order_by().values("note_id")
