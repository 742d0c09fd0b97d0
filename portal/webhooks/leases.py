"""Who sends to an endpoint: one at a time, by a lease that the database's clock measures."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from portal.jobs.claims import StatementTime
from portal.webhooks.models import Endpoint, EndpointState

# Longer than any one try takes; kept with each that is written down.
LEASE = timedelta(seconds=30)


@dataclass(frozen=True)
class Lease:
    """The right to send to one endpoint, and to write down what came of it."""

    endpoint_id: int
    holder: str

    def kept(self) -> Endpoint | None:
        """The endpoint, locked until the transaction ends, with the lease renewed; None where
        another sender has it."""
        mine = Endpoint.objects.filter(pk=self.endpoint_id, holder=self.holder)
        endpoint = mine.select_for_update(no_key=True).first()
        if endpoint is not None:
            mine.update(leased_until=StatementTime() + LEASE)
        return endpoint

    def release(self) -> None:
        """The next one need not wait for its end."""
        mine = Endpoint.objects.filter(pk=self.endpoint_id, holder=self.holder)
        mine.update(leased_until=None, holder="")


def take(endpoint_id: int) -> Lease | None:
    """The lease of an endpoint that is on; None while somebody holds it."""
    lease = Lease(endpoint_id, uuid.uuid4().hex)
    free = Endpoint.objects.filter(
        Q(leased_until=None) | Q(leased_until__lt=StatementTime()),
        pk=endpoint_id,
        status=EndpointState.ON,
    )
    taken = free.update(holder=lease.holder, leased_until=StatementTime() + LEASE)
    return lease if taken else None
