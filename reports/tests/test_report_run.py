from typing import Any

from django.urls import reverse

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal.accounts.models import User
from portal.jobs import queue
from reports.attribution.models import Run
from reports.tests.factory import arrive, day

ASKED = {"first_on": day(3).isoformat(), "last_on": day(1).isoformat(), "by": "day"}


def report(shop: Merchant) -> str:
    return reverse("reports:report-detail", args=[shop.code], query=ASKED)


def button(shop: Merchant) -> str:
    return reverse("reports:report-run", args=[shop.code])


def test_alice_asks_for_a_computation_and_sees_it_come(
    client_of: Any, alice: User, shop: Merchant, sunscreen: Listing
) -> None:
    arrive(shop)
    client = client_of(alice)
    assert "Compute these days again" in client.get(report(shop)).content.decode()
    answer = client.post(button(shop), ASKED, follow=True)
    page = answer.content.decode()
    assert "The days are being computed" in page
    run = Run.objects.get()
    assert (run.merchant, run.first_on, run.last_on) == (shop, day(3), day(1))
    assert run.job is not None
    assert f'id="job-{run.job.pk}"' in page
    assert "Compute these days again" not in page
    assert queue.run_now(run.job).error == ""
    page = client.get(report(shop)).content.decode()
    assert "All 3 days are complete and up to date" in page
    assert "Compute these days again" in page


def test_days_that_cannot_be_computed_are_refused(
    client_of: Any, alice: User, shop: Merchant
) -> None:
    answer = client_of(alice).post(button(shop), {"first_on": "2999-01-01"}, follow=True)
    assert "These days cannot be computed." in answer.content.decode()
    assert not Run.objects.exists()


def test_a_stranger_cannot_ask(client_of: Any, charlie: User, shop: Merchant) -> None:
    assert client_of(charlie).post(button(shop), ASKED).status_code == 404
    assert not Run.objects.exists()
