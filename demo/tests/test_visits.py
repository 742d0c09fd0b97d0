"""Clicks that the demo's ad server counted become touchpoints, by the community's own door."""

import csv
import io
import json
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from campaigns.boosts.models import Boost
from demo.management.commands import adserver as command
from demo.partners.adserver import CALM, AdServer
from demo.partners.pacing import HOUR
from demo.tests.test_adserver import RUNNING, opened
from merchants.listings.models import Listing
from portal import clock
from portal.words import local
from reports.sources.models import Batch
from reports.tests.conftest import list_product, sunscreen  # noqa: F401 - fixtures
from reports.tests.sending import current
from reports.tests.spent import boost_of

pytestmark = pytest.mark.django_db
NOON = clock.start_of(clock.today() - timedelta(days=1)) + 12 * HOUR


@pytest.fixture
def boost(sunscreen: Listing) -> Boost:  # noqa: F811 - the fixture
    return boost_of(sunscreen.note)


@pytest.fixture
def server(boost: Boost, tmp_path: Path) -> Iterator[AdServer]:
    """It was begun yesterday at noon, has a boost that runs since the evening before, and has told
    the portal what that cost."""
    made = opened(tmp_path)
    told = {
        **RUNNING, "boost_id": boost.external_id, "note_id": boost.note.external_id,
        "ends_at": (NOON + timedelta(days=3)).isoformat(),
        "spans": [[(NOON - 16 * HOUR).isoformat(), None]],
    }  # fmt: skip
    made.state.hear("m1", told, NOON - 16 * HOUR)
    assert made.state.begun_at(NOON) == NOON
    tell(made)
    yield made
    made.state.close()


def tell(server: AdServer, hours: int = 0) -> int:
    """The portal takes what is due so many hours after noon; how many clicks of hours that are over
    it has been told since midnight."""
    now = NOON + hours * HOUR + CALM
    server.state.keep_told(server.due(now))
    return sum(
        row.clicks
        for row in server.state.told(server.state.orders(heard_until=now)[0].boost_id).values()
        if row.is_final and row.hour_at >= NOON - 12 * HOUR
    )


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The other program runs here; what it answers, file by file."""
    answers: list[str] = []

    def run(arguments: list[Any], **options: Any) -> subprocess.CompletedProcess[str]:
        said = io.StringIO()
        _python, _manage, *asked = map(str, arguments)
        call_command(*asked, stdout=said)
        answers.append(said.getvalue())
        return subprocess.CompletedProcess(arguments, 0, stdout=said.getvalue())

    monkeypatch.setattr(subprocess, "run", run)
    return answers


def test_each_click_of_the_day_is_a_view_of_its_note_by_its_boost_once(
    server: AdServer, boost: Boost, door: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clicks = tell(server)
    assert clicks > 0
    with clock.at(NOON + CALM):
        assert command.hand_in(server)
        assert command.hand_in(server)
    # An hour later there is one hour more, and no click twice.
    more = tell(server, 1)
    with clock.at(NOON + HOUR + CALM):
        assert command.hand_in(server)
    assert [json.loads(one)[0]["accepted"] for one in door] == [clicks, more - clicks]
    rows = current(columns="event_id, note_id, boost_id, kind, epoch_us(occurred_at)")
    assert len(rows) == more == len({row[0] for row in rows})
    assert {row[1:4] for row in rows} == {(boost.note.external_id, boost.external_id, "view")}
    by_hour = Counter(local(datetime.fromtimestamp(row[4] / 1e6, UTC)).hour for row in rows)
    counted = server.state.told(boost.external_id)
    assert by_hour == {
        local(hour_at).hour: row.clicks
        for (_boost, hour_at), row in counted.items()
        if row.is_final and row.clicks and hour_at >= NOON - 12 * HOUR
    }


def test_what_nobody_took_is_handed_in_again_and_counts_once(
    server: AdServer, door: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off after the door had it: the same bytes are the same batch."""
    run, clicks = subprocess.run, tell(server)

    def cut_off(arguments: list[Any], **options: Any) -> None:
        run(arguments, **options)
        raise subprocess.TimeoutExpired("ingest", 600)

    monkeypatch.setattr(subprocess, "run", cut_off)
    with clock.at(NOON + CALM):
        assert not command.hand_in(server)
        monkeypatch.setattr(subprocess, "run", run)
        assert command.hand_in(server)
    assert Batch.objects.count() == 1
    assert len(current()) == clicks


def test_the_file_is_one_the_community_could_have_sent(server: AdServer, tmp_path: Path) -> None:
    with clock.at(NOON + CALM):
        written = server.write_visits(tmp_path / "visits", clock.now())
    assert written
    rows = list(csv.DictReader(written.path.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == tell(server)
    assert all(row["occurred_at"].endswith("+08:00") for row in rows)
