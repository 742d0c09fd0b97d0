"""What beat wakes: thin, the verbs do the work."""

from celery import shared_task

from campaigns import delivery


@shared_task(name="campaigns.tick")
def tick() -> None:
    """Let the clock move the boosts."""
    delivery.start_due()
    delivery.complete_due()
