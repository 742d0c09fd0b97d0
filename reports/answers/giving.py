"""An answer that is given away can be asked for again: the moment of it is written down."""

from dataclasses import replace

from django.db import transaction
from django.db.models import Max, Q, Value
from django.db.models.functions import Greatest

from portal import clock
from reports.answers import delays
from reports.answers.coverage import kept, report_days
from reports.answers.question import Question
from reports.answers.spend import wait_for_captures, wait_for_costs
from reports.answers.within import wait_for_members
from reports.attribution.models import ReportDay


@transaction.atomic
def given(question: Question) -> Question:
    """`question`, asked as of now for whoever takes its answer away: a file, a program, a mail.

    What answers it is kept, so that the moment can be asked for again and gives the same. Nothing
    is kept anew for a moment that is over.
    """
    if question.as_of is not None:
        return question
    hold_still(question)
    newest = kept(question).order_by("-on")[:1]
    shown = ReportDay.objects.filter(Q(pk__in=report_days(question)) | Q(pk__in=newest))
    last = shown.aggregate(at=Max("published_at"))["at"]
    moment = clock.no_earlier_than(last)
    shown.update(given_at=Greatest("given_at", Value(moment)))
    question = replace(question, as_of=moment)
    delays.keep(question)
    return question


def hold_still(question: Question) -> None:
    """Let nothing change that answers `question` until the caller's transaction ends.

    Locks have one order (ADR 0170): the merchant, the campaign, the turn, boosts. Who waits for the
    turn holds up no capture; who waits for a merchant's costs does not have the turn, which is
    everybody's.
    """
    # What is said of costs, captured, or put into a campaign by then is in it, and what comes later
    # is dated later.
    wait_for_costs(question)
    wait_for_members(question)
    # Nobody shows another copy until the moment is written down.
    ReportDay.objects.take_turn()
    wait_for_captures(question)
