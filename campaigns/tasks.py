"""What beat wakes: thin, the verbs do the work."""

from celery import shared_task

from campaigns.boosts import schedule


@shared_task(name="campaigns.tick")
def tick() -> None:
    """Let the clock move the boosts. Those that cannot start keep no other from completing."""
    try:
        schedule.start_due()
    finally:
        schedule.complete_due()
