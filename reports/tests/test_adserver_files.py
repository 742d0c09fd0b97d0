"""Files of an ad server: through the door of all files, to the boosts, as if they were posted."""

import os
import warnings
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from campaigns.boosts import decisions, schedule
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, Objective
from campaigns.delivery import messages, servers, taking
from campaigns.delivery.models import AdServer, DeliveryHour, DeliveryMessage, DeliveryRow
from campaigns.delivery.rows import Row
from campaigns.ledger import payments
from campaigns.ledger.proof import verify
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from portal.jobs.models import Job, JobState
from portal.jobs.queue import run_now
from portal.webhooks.models import Endpoint
from reports.sources import receiving, suspending
from reports.sources.models import Batch, BatchState, Source, SourceKind
from reports.tests.sending import Send, counts

pytestmark = pytest.mark.django_db
HEAD = "boost_id,hour,revision,impressions,clicks,spend_fen,is_final\n"
HOUR = timedelta(hours=1)


@pytest.fixture
def server(admin: User) -> AdServer:
    """An ad server, set up by an admin."""
    endpoint = Endpoint.objects.create(code="feed", url="http://127.0.0.1:9/told")
    return servers.create(
        endpoint, name_zh="信息流", name_en="Feed", wait_hours=48, is_active=True, by=admin
    )


@pytest.fixture
def begun() -> datetime:
    """The hour in which the boosts began."""
    return clock.now().replace(minute=0, second=0, microsecond=0) - 30 * HOUR


@pytest.fixture
def make(
    server: AdServer, shop: Merchant, lipstick: Listing, alice: User, manager: User, begun: datetime
) -> Callable[[], Boost]:
    """`make()` is a boost of ¥200 that runs since `begun`."""
    payments.record(shop, amount_fen=500_000, reference="paid", by=manager)

    def made() -> Boost:
        with clock.at(begun):
            on = clock.today()
            asked = boosts.request(
                shop, note=lipstick.note, objective=Objective.READS, starts_on=on,
                ends_on=on + timedelta(days=1), budget_fen=20_000, request_key=uuid4(),
                beside=True, by=alice,
            )  # fmt: skip
            boost = boosts.submit(asked, by=alice)
            decisions.approve(boost, version=boost.version, by=manager)
            schedule.start_due()
        return boost

    lipstick.note.published_at = begun - timedelta(days=9)
    lipstick.note.save()
    return made


@pytest.fixture
def boost(make: Callable[[], Boost]) -> Boost:
    return make()


def line(boost: Boost, hour: datetime, revision: int, fen: object, final: str = "") -> str:
    return f"{boost.external_id},{hour.isoformat()},{revision},90,3,{fen},{final}\n"


def paid(boost: Boost) -> tuple[int, int]:
    boost.refresh_from_db()
    return boost.captured_fen, boost.refused_fen


def test_a_file_is_captured_and_refused_as_what_is_posted(
    send: Send, boost: Boost, begun: datetime
) -> None:
    rows = line(boost, begun, 1, 15_000, "true") + line(boost, begun + HOUR, 1, 9_000)
    batch = send(HEAD + rows, source="ads-feed")
    assert counts(batch) == (2, 2, 0, 0)
    assert paid(boost) == (20_000, 4_000)
    assert [hour.is_final for hour in DeliveryHour.objects.of(boost)] == [True, False]
    assert Batch.objects.untraced().count() == 0
    assert verify().broken == []


def test_what_was_posted_and_comes_in_a_file_counts_once(
    send: Send, boost: Boost, server: AdServer, begun: datetime
) -> None:
    message = DeliveryMessage.objects.create(ad_server=server, message_id="m", sha256="0" * 64)
    taking.take(boost, {1: Row(boost.external_id, begun, 1, 90, 3, 500)}, message)
    batch = send(HEAD + line(boost, begun, 1, 500) + line(boost, begun, 2, 700), source="ads-feed")
    assert counts(batch) == (2, 1, 1, 0)
    assert paid(boost) == (700, 0)
    assert counts(send(HEAD + line(boost, begun, 3, 200), source="ads-feed")) == (1, 1, 0, 0)
    assert paid(boost) == (200, 0)


def test_each_row_that_is_not_counted_is_kept_apart_with_its_line(
    send: Send, boost: Boost, begun: datetime, admin: User, client_of: Callable[[User], Client]
) -> None:
    nobodys = line(boost, begun, 1, 5).replace(boost.external_id, "b-of-nobody")
    rows = [
        line(boost, begun, 1, 5),
        line(boost, begun, 1, 6),
        nobodys,
        line(boost, begun + timedelta(minutes=30), 1, 5),
        line(boost, clock.now().replace(minute=0, second=0, microsecond=0) + 3 * HOUR, 1, 5),
        line(boost, begun + HOUR, 1, "five"),
        line(boost, begun + HOUR, 0, 5),
    ]
    batch = send(HEAD + "".join(rows), source="ads-feed")
    assert counts(batch) == (7, 1, 0, 6)
    found = batch.quarantined_rows.order_by("line").values_list("line", "field", "reason")
    assert list(found) == [
        (3, "revision", "revision_taken"),
        (4, "boost_id", "unknown_boost"),
        (5, "hour", "not_an_hour"),
        (6, "hour", "not_an_hour"),
        (7, "spend_fen", "not_an_integer"),
        (8, "revision", "out_of_range"),
    ]
    page = client_of(admin).get(batch.get_absolute_url()).content.decode()
    assert "No boost that this ad server was told of." in page
    assert "This revision of the hour said something else before." in page
    whole = client_of(admin).get(reverse("reports:batch-quarantine", args=[batch.pk]))
    assert len(b"".join(whole).splitlines()) == 7


def test_the_same_file_again_is_the_same_batch_and_in_yuan_it_is_yuan(
    send: Send, boost: Boost, begun: datetime
) -> None:
    Source.objects.filter(code="ads-feed").update(unit="yuan")
    first = send(HEAD + line(boost, begun, 1, "12.34"), source="ads-feed")
    assert send(HEAD + line(boost, begun, 1, "12.34"), source="ads-feed") == first
    assert paid(boost) == (1_234, 0)
    messages.finish_cut_off()
    assert DeliveryMessage.objects.get().accepted == 1


def test_an_ad_servers_file_says_nothing_of_another_servers_boosts(
    send: Send, boost: Boost, begun: datetime, admin: User
) -> None:
    endpoint = Endpoint.objects.create(code="other", url="http://127.0.0.1:9/other")
    servers.create(
        endpoint, name_zh="他", name_en="Other", wait_hours=48, is_active=False, by=admin
    )
    assert counts(send(HEAD + line(boost, begun, 1, 5), source="ads-other")) == (1, 0, 0, 1)
    assert paid(boost) == (0, 0)


def test_reports_know_nothing_of_it(
    send: Send, boost: Boost, begun: datetime, admin: User, client_of: Callable[[User], Client]
) -> None:
    """It owes no day, is no party of the report, and cannot be withheld."""
    send(HEAD + line(boost, begun, 1, 5), source="ads-feed")
    source = Source.objects.get(kind=SourceKind.ADSERVER)
    assert source not in Source.objects.of_parties()
    client = client_of(admin)
    assert client.get(reverse("reports:health-platform")).status_code == 200
    assert "Feed" in client.get(reverse("reports:source-list")).content.decode()
    assert client.get(reverse("reports:source-edit", args=[source.pk])).status_code == 200
    assert "spend_fen" in client.get(reverse("reports:batch-new")).content.decode()
    assert (
        "spend_fen"
        in client.get(reverse("reports:batch-new") + "?sample=deliveries.csv").content.decode()
    )
    with pytest.raises(suspending.SuspensionRefused, match="is money"):
        suspending.suspend(
            source, category=None, first_on=clock.today(), last_on=None, reason="No.", by=admin
        )


def test_the_command_takes_it(boost: Boost, begun: datetime, tmp_path: Any) -> None:
    path = tmp_path / "hours.csv"
    path.write_text(HEAD + line(boost, begun, 1, 5))
    call_command("ingest", "ads-feed", str(path))
    assert paid(boost) == (5, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("sources_stay")
def test_a_worker_that_is_killed_half_way_leaves_whole_boosts_and_the_next_does_the_rest(
    make: Callable[[], Boost], begun: datetime, tmp_path: Any
) -> None:
    made = sorted((make() for _ in range(3)), key=lambda one: one.external_id)
    path = tmp_path / "hours.csv"
    path.write_text(HEAD + "".join(line(one, begun, 1, 700) for one in made))
    source = Source.objects.get(code="ads-feed")
    batch = receiving.receive(source, path=path, file_name="hours.csv", by=None)
    assert batch.job is not None
    connection.close()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        left, whole = [2], taking.take

        def dies(*given: Any, **named: Any) -> Any:
            left[0] -= 1
            return whole(*given, **named) if left[0] else os._exit(9)

        taking.take = dies
        try:
            run_now(batch.job)
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9
    assert [paid(one)[0] for one in made] == [700, 0, 0]
    Job.objects.update(lease_expires_at=datetime(2020, 1, 1, tzinfo=begun.tzinfo))
    batch.job.refresh_from_db()
    assert run_now(batch.job).state == JobState.DONE
    batch.refresh_from_db()
    assert batch.state == BatchState.COMMITTED
    assert counts(batch) == (3, 3, 0, 0)
    assert [paid(one)[0] for one in made] == [700] * 3
    assert DeliveryRow.objects.count() == 3
