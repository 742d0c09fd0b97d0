"""What beat wakes: thin, the verbs do the work."""

from celery import shared_task

from campaigns import delivery


@shared_task(name="campaigns.tick")
def tick() -> None:
    """Let the clock move the boosts. Those that cannot start keep no other from completing."""
    try:
        delivery.start_due()
    finally:
        delivery.complete_due()
