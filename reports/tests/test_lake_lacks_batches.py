"""A batch that the database has and the lake lacks is said by its name."""

import logging
from pathlib import Path

import pytest
from celery.signals import worker_ready
from django.conf import settings

from merchants.companies.models import Merchant
from portal import clock
from portal.accounts.models import User
from reports.attribution import runs
from reports.sources import lacking
from reports.sources.models import Batch
from reports.tests.sending import HEAD, ROW, Send

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(send: Send) -> Batch:
    return send(HEAD + ROW)


@pytest.fixture
def older_lake(sent: Batch) -> Path:
    """The lake as it was before the batch, put back from a copy."""
    log = Path(settings.LAKE_URL) / "touchpoints" / "_delta_log"
    newest = max(log.glob("*.json"))
    return newest.rename(newest.with_suffix(".lost"))


@pytest.mark.usefixtures("sent")
def test_a_lake_that_holds_every_batch_is_well(alice: User, shop: Merchant) -> None:
    today = clock.today()
    assert lacking.finding().is_well
    assert runs.request(first_on=today, last_on=today, merchant=shop, by=alice)


@pytest.mark.usefixtures("older_lake")
def test_health_says_that_the_lake_lacks_a_batch_without_telling_its_name() -> None:
    found = lacking.finding()
    assert (found.reason, found.figures) == ("lacks batches", {"batches": 1})


@pytest.mark.usefixtures("older_lake")
def test_a_run_is_refused_with_the_name_of_what_is_lacking(
    alice: User, shop: Merchant, sent: Batch
) -> None:
    today = clock.today()
    with pytest.raises(lacking.LakeLacksBatches, match=rf"sent.csv \(#{sent.pk}\)"):
        runs.request(first_on=today, last_on=today, merchant=shop, by=alice)


@pytest.mark.usefixtures("older_lake")
def test_a_worker_says_it_at_its_start(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "reports.sources.lacking"):
        worker_ready.send(sender=None)
    assert "The lake lacks files that were taken in: sent.csv" in caplog.text


def test_a_lake_that_is_not_there_yet_lacks_nothing() -> None:
    assert lacking.finding().is_well
