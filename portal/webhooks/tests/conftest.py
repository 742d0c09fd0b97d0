"""A partner, his endpoint, and what he is told."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.db import transaction

from portal import clock
from portal.accounts.models import User
from portal.webhooks import outbox, sending, verbs
from portal.webhooks.models import Endpoint, Message
from portal.webhooks.tests.partner import Partner

Tell = Callable[..., Message]
NOON = datetime(2026, 11, 30, 4, tzinfo=UTC)


def send(endpoint: Endpoint, at: datetime = NOON) -> int:
    """One turn of its sender at an instant; how often it tried."""
    with clock.at(at):
        return sending.send_waiting(endpoint.pk)


@pytest.fixture
def noon() -> Iterator[None]:
    """Whatever is announced is announced at noon."""
    with clock.at(NOON):
        yield


@pytest.fixture
def partner() -> Iterator[Partner]:
    one = Partner()
    yield one
    one.close()


@pytest.fixture
def endpoint(partner: Partner, admin: User, second_admin: User) -> Endpoint:
    """The partner's, signed and on."""
    asked = verbs.open_endpoint("ad-server", url=partner.url, by=admin)
    return verbs.sign(asked, by=second_admin)


@pytest.fixture
def tell(endpoint: Endpoint) -> Tell:
    """`tell("boost:1", state="approved")` announces a state of a subject."""

    def announce(subject: str = "boost:1", **data: object) -> Message:
        with transaction.atomic():
            return outbox.announce(
                endpoint, type="boost.changed", subject=subject, data=data, at=clock.now()
            )

    return announce
