"""What beat wakes: thin, the verbs do the work."""

from datetime import timedelta

from campaigns.boosts import schedule
from portal.jobs.registry import scheduled


@scheduled("campaigns.tick", every=timedelta(minutes=1))
def tick() -> None:
    """Let the clock move the boosts. Those that cannot start keep no other from completing, nor
    those from being settled."""
    try:
        schedule.start_due()
    finally:
        try:
            schedule.complete_due()
        finally:
            schedule.settle_due()
