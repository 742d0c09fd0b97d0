"""What a closing did: on the page of the rule that closed, and on those of the boosts it hit."""

from typing import Any

from django.db.models import Model

from campaigns.boosts.models import Boost, BoostStatus, EndCause
from campaigns.closings.models import Closing, ClosingBoost, Fate
from merchants.rulechanges.models import RuleChange
from portal.accounts.access import PortalRequest
from portal.shell import objects
from portal.shell.objects import Part


def announce() -> None:
    """Add them; called once, when the app is ready."""
    objects.add(_of_rule)
    objects.add(_of_boost)


def _of_rule(request: PortalRequest, row: Model) -> Part | None:
    if not isinstance(row, RuleChange):
        return None
    closings = list(Closing.objects.filter(opening__change=row))
    return Part("campaigns/_closing.html", _progress(closings)) if closings else None


def _progress(closings: list[Closing]) -> dict[str, Any]:
    """What the lines of one change did, together."""
    of_them = ClosingBoost.objects.filter(closing__in=closings)
    fates = list(of_them.values_list("fate", "released_fen"))
    said = [fate for fate, _released_fen in fates]
    finished = [closing.finished_at for closing in closings]
    return {
        "found_at": min(closing.found_at for closing in closings),
        "finished_at": None if None in finished else max(at for at in finished if at),
        "total": len(said),
        "fates": [(fate.label, said.count(fate)) for fate in Fate if fate in said],
        "released_fen": sum(released_fen for _fate, released_fen in fates),
    }


def _of_boost(request: PortalRequest, row: Model) -> Part | None:
    if not isinstance(row, Boost):
        return None
    shown = {BoostStatus.RETURNED, BoostStatus.REJECTED}
    if row.end_cause != EndCause.CLOSING and row.status not in shown:
        return None
    hit = row.closings.hit().select_related(
        "closing__opening__programme", "closing__opening__category"
    )
    newest = hit.last()
    if newest is None or _was_handed_in_since(row, newest):
        return None
    return Part("campaigns/_closed.html", newest)


def _was_handed_in_since(boost: Boost, hit: ClosingBoost) -> bool:
    """Whether it came back again after that: then somebody else has returned it."""
    if boost.submitted_at is None or hit.done_at is None:
        return False
    return boost.submitted_at > hit.done_at
