"""The work of the outbox, and what beat wakes."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from portal.jobs import queue
from portal.jobs.models import Job
from portal.jobs.registry import Claim, job, scheduled
from portal.webhooks import keeping, sending, waking
from portal.webhooks.models import Endpoint

SEND = "webhooks.send"


@job(SEND, label=_("Sending messages to a partner"), within=timedelta(minutes=2))
def send(claim: Claim, *, endpoint: int) -> None:
    sending.send_waiting(endpoint)


@scheduled(waking.LOOK, every=waking.EVERY)
def look() -> None:
    """A job for each endpoint to which something may be sent, unless there is one. Two at once do
    no harm: an endpoint is sent to by one of them."""
    asked = Job.objects.open().filter(kind=SEND).values_list("args__endpoint", flat=True)
    for endpoint in Endpoint.objects.owing().exclude(pk__in=list(asked)):
        queue.enqueue(SEND, args={"endpoint": endpoint.pk})


@scheduled("webhooks.sweep", every=timedelta(days=1))
def sweep() -> None:
    keeping.sweep()
