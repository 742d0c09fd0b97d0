"""The platform stops a boost that is approved: with a reason, a notice, and the rest back."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from campaigns.boosts import decisions
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus, EndCause
from campaigns.ledger import transfers as ledger
from campaigns.ledger.proof import verify
from campaigns.tests.conftest import RequestBoost
from portal.accounts import audit
from portal.accounts.models import AuditEntry, User
from portal.notices.models import Notice
from portal.refusals import Refusal
from portal.review.door import DecisionRefusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
ClientOf = Callable[[User], Client]


def test_the_platform_stops_what_runs_with_a_reason_a_notice_and_the_rest_back(
    running: Boost, admin: User, alice: User, client_of: ClientOf
) -> None:
    client = client_of(admin)
    url = reverse("campaigns:boost-stop-any", args=[running.pk])
    assert url in client.get(running.get_absolute_url()).content.decode()
    assert "¥700.00 goes back at once" in client.get(url).content.decode()
    assert client.post(url, {"reason": " "}).status_code == 422
    told = client.post(url, {"reason": "The offer is forbidden."}, follow=True)
    assert "the merchant is told" in told.content.decode()
    running.refresh_from_db()
    assert (running.status, running.end_cause) == (BoostStatus.STOPPED, EndCause.PLATFORM)
    assert running.settled_at
    assert ledger.wallet_of(running.merchant).balance_fen == 500_000
    entry = AuditEntry.objects.get(verb="boost.stopped", subject=f"boost:{running.pk}")
    assert (entry.reason, entry.actor) == ("The offer is forbidden.", admin)
    told_to = Notice.objects.filter(text__contains="The platform stopped")
    assert alice.pk in set(told_to.values_list("user", flat=True))
    assert verify().broken == []


def test_what_its_merchant_stops_is_told_to_nobody(running: Boost, alice: User) -> None:
    boosts.stop(running, reason="Enough.", by=alice)
    assert not Notice.objects.filter(text__contains="The platform stopped").exists()


def test_the_platform_stops_neither_twice_nor_what_it_has_not_approved(
    running: Boost, a_boost: RequestBoost, manager: User, alice: User
) -> None:
    draft = a_boost()
    for boost in (draft, decisions.stop(running, reason="No.", by=manager)):
        with pytest.raises(DecisionRefusal, match="cannot be stopped now"):
            decisions.stop(boost, reason="No.", by=manager)
    with pytest.raises(PermissionDenied):
        decisions.stop(running, reason="No.", by=alice)


def test_nobody_stops_what_he_asked_for(running: Boost, manager: User) -> None:
    audit.record("boost.edited", running, by=manager, team=running.audit_team())
    with pytest.raises(Refusal, match="A colleague has to decide"):
        decisions.stop(running, reason="No.", by=manager)
