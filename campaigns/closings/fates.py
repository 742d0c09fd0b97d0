"""What becomes of a boost that leads nowhere any more, by what it is when its turn comes."""

from campaigns.boosts import appealing, funding, plans
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.closings.models import Fate

# A dict, so that a new state asks for its row. What its merchant took back holds nothing.
FATES: dict[BoostStatus, Fate] = {
    BoostStatus.DRAFT: Fate.OVER,
    BoostStatus.SUBMITTED: Fate.RETURNED,
    BoostStatus.RETURNED: Fate.OVER,
    BoostStatus.REJECTED: Fate.OVER,
    BoostStatus.APPROVED: Fate.ENDED,
    BoostStatus.SCHEDULED: Fate.ENDED,
    BoostStatus.RUNNING: Fate.ENDED,
    BoostStatus.PAUSED: Fate.ENDED,
    BoostStatus.COMPLETED: Fate.OVER,
    BoostStatus.STOPPED: Fate.OVER,
}
# Those that hold money, or ask for it: all others go on, or are over.
CONCERNED = frozenset(status for status, fate in FATES.items() if fate != Fate.OVER)


def give_back(boost: Boost, *, reason: str = "") -> Fate:
    """The locked boost in review comes back to its merchant with what is set aside: to be changed,
    or rejected as before where that was disputed. What became of it."""
    if appealing.is_against_rejection(boost):
        appealing.restore(boost, reason=reason)
        return Fate.REJECTED
    boost.move_to(BoostStatus.RETURNED, by=None, reason=reason)
    funding.release(boost)
    plans.ask_again(boost)
    return Fate.RETURNED
