"""A lake in a bucket of an object store: what a folder promises, a bucket does, too.

The store is moto's server, a process of its own on the loopback address.
"""

import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from pyarrow.fs import FileSelector

from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from portal import clock
from portal.accounts.models import User
from portal.buckets import storage_at
from portal.uploads import keeping
from reports.attribution import runs
from reports.attribution.models import ReportDay, Run
from reports.attribution.tests.steps import attribute, credited, order, touch
from reports.lake import commits, index, joining, storage, tending
from reports.lake import tables as lake
from reports.sources import lacking
from reports.sources.models import Batch
from reports.tests.sending import HEAD, ROW, Send, counts, current

pytestmark = pytest.mark.django_db
KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}
# The server needs a while to begin.
PATIENT = Config(retries={"max_attempts": 30, "mode": "standard"})


@pytest.fixture(scope="module")
def store() -> Iterator[dict[str, str]]:
    """How a store is reached that is empty and has one bucket, `notelink`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    reached = {**KEYS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}
    try:
        client = boto3.client(
            "s3", config=PATIENT, endpoint_url=reached["AWS_ENDPOINT_URL"],
            region_name=KEYS["AWS_REGION"], aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
        )  # fmt: skip
        client.create_bucket(Bucket="notelink")
        yield reached
    finally:
        server.kill()
        server.wait()


@pytest.fixture(autouse=True)
def bucket(store: dict[str, str], settings: Any, tmp_path: Path) -> None:
    """The lake is in the bucket, in a folder of the test."""
    settings.OBJECT_STORE = store
    settings.LAKE_URL = f"s3://notelink/{tmp_path.name}/lake"


def row(event: int) -> str:
    return ROW.replace("t1", f"t{event}")


def line(event: dict[str, Any]) -> str:
    return json.dumps(event) + "\n"


def in_bucket() -> set[str]:
    """The Parquet files of touches in the bucket, below their table."""
    found: Any = storage.of_lake()
    selector = FileSelector(found._key("touchpoints"), recursive=True)
    files = (info.path for info in found._system.get_file_info(selector) if info.is_file)
    return {lake.below(file) for file in files if "_delta_log" not in file}


def test_a_batch_comes_in_once_and_a_correction_is_found(send: Send) -> None:
    first = send(HEAD + ROW)
    again = send(HEAD + ROW + row(2))
    assert (counts(first), counts(again)) == ((1, 1, 0, 0), (2, 1, 1, 0))
    assert counts(send(HEAD + ROW.replace("n1", "n2"))) == (1, 1, 0, 0)
    assert current(columns="event_id, note_id") == [("t1", "n2"), ("t2", "n1")]
    assert len(in_bucket()) == 3
    assert not lacking.batches().exists()


def test_what_was_fetched_can_be_lost(send: Send) -> None:
    send(HEAD + ROW)
    rows = current()
    shutil.rmtree(storage.fetched())
    assert counts(send(HEAD + ROW + row(2))) == (2, 1, 1, 0)
    shutil.rmtree(storage.fetched())
    assert current() == [*rows, ("t2",)]


def test_what_was_fetched_goes_when_nobody_has_asked_for_it(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(HEAD + ROW)
    assert storage.sweep() == 0
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + storage.FETCHED_KEPT_SECONDS + 60)
    assert storage.sweep() == 1
    assert in_bucket()
    assert current() == [("t1",)]


def test_a_draft_that_got_its_name_while_files_were_listed_stops_no_sweep(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(HEAD + ROW)
    [file] = map(Path, lake.files("touchpoints"))
    # Listed, and there no more when it is looked at.
    file.with_name(".draft").symlink_to("renamed")
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + storage.FETCHED_KEPT_SECONDS + 60)
    assert storage.sweep() == 1


def test_of_two_commits_at_once_one_comes_second(send: Send) -> None:
    """The store says so, and nobody else: each has seen the same version."""
    send(HEAD + ROW)
    snapshots = [lake.open_table("touchpoints") for _writer in range(4)]
    begin, won = threading.Barrier(4), []

    def commit(at: int) -> None:
        begin.wait()
        action = commits.added("touchpoints", next(iter(in_bucket())), 1, is_change=False)
        if commits.write_version(snapshots[at], "touchpoints", [action]):
            won.append(at)

    writers = [threading.Thread(target=commit, args=[at]) for at in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(won) == 1
    assert lake.newest_version("touchpoints") == snapshots[0].version() + 1


def test_a_batch_that_comes_second_is_judged_again(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = commits.commit

    def overtaken(*args: Any, **named: Any) -> bool:
        monkeypatch.setattr(commits, "commit", commit)
        send(HEAD + ROW + row(2))
        return commit(*args, **named)

    monkeypatch.setattr(commits, "commit", overtaken)
    assert counts(send(HEAD + row(2) + row(3))) == (2, 1, 1, 0)
    assert current() == [("t1",), ("t2",), ("t3",)]


def test_a_worker_killed_before_the_commit_loses_and_leaves_nothing(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any, **__: Any) -> bool:
        raise KeyboardInterrupt

    lake.open_table("touchpoints")
    with monkeypatch.context() as dying:
        dying.setattr(commits, "write_version", die)
        with pytest.raises(KeyboardInterrupt):
            send(HEAD + ROW)
    assert len(in_bucket()) == 1
    assert counts(send(HEAD + ROW + row(2))) == (2, 2, 0, 0)
    monkeypatch.setattr(lake, "ORPHAN_HOURS", 0)
    assert lake.sweep() == 1
    assert current() == [("t1",), ("t2",)]


def test_small_files_become_one_and_are_still_known(
    send: Send, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "FEWEST", 2)
    send(HEAD + ROW)
    send(HEAD + row(2))
    shutil.rmtree(storage.fetched())
    assert tending.tend(work=tmp_path / "work", beat=lambda: None) == 2
    assert len(lake.files("touchpoints")) == 1
    assert index.sweep() == 0
    shutil.rmtree(storage.fetched())
    assert counts(send(HEAD + ROW + row(2) + row(3))) == (3, 1, 2, 0)


def test_the_log_is_summed_up_once(
    send: Send, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second look, with nothing new, writes nothing."""
    send(HEAD + ROW)
    open_table = lake.open_table
    opened: list[tuple[str, int | None]] = []

    def watched(table: str, version: int | None = None) -> Any:
        opened.append((table, version))
        return open_table(table, version)

    monkeypatch.setattr(lake, "open_table", watched)
    newest = lake.newest_version("touchpoints")
    for _look in range(2):
        tending.tend(work=tmp_path / "work", beat=lambda: None)
    assert opened.count(("touchpoints", newest)) == 1
    found = storage.of_lake().names("touchpoints/_delta_log")
    assert f"{newest:020}.checkpoint.parquet" in found


def test_a_run_gives_the_numbers_of_a_lake_in_a_folder(
    live_listing: Listing, send: Send, settings: Any, tmp_path: Path
) -> None:
    live_listing.periods.update(live_from=clock.now() - timedelta(days=100))
    touches = [touch(f"t{ago}", live_listing, days_ago=ago) for ago in (1, 2)]
    found = []
    for place, end in ((settings.LAKE_URL, ""), (str(tmp_path / "lake"), "\n")):
        settings.LAKE_URL = place
        send("".join(map(line, touches)) + end)
        send(line(order("c1", live_listing)) + end, source="taobao_tmall")
        attribute()
        # The other lake has none of them.
        Batch.objects.update(lake_version=-1)
        found.append((credited(window_days=15), ReportDay.objects.latest("pk").content))
    assert found[0] == found[1]
    assert found[0][0] == {"credit": 1_000_000, "value": 100}


def test_documents_are_kept_in_a_bucket_and_swept(
    store: dict[str, str], settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = f"s3://notelink/{tmp_path.name}/documents"
    settings.STORAGES = {**settings.STORAGES, "default": storage_at(place, store)}
    kept = storages.create_storage(settings.STORAGES["default"])
    name = kept.save("applications/a.pdf", ContentFile(b"%PDF"))
    with kept.open(name) as file:
        assert file.read() == b"%PDF"
    assert keeping.sweep() == 0
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + keeping.LEFT_SECONDS + 60)
    assert keeping.sweep() == 1
    assert not kept.exists(name)


def test_a_document_is_there_as_a_whole_before_any_of_it_is_answered(
    store: dict[str, str], tmp_path: Path
) -> None:
    """Nothing is asked of the bucket while the answer goes out."""
    place = storage_at(f"s3://notelink/{tmp_path.name}/documents", store)
    kept = storages.create_storage(place)
    name = kept.save("applications/a.pdf", ContentFile(b"%PDF"))
    with kept.open(name) as file:
        kept.delete(name)
        assert file.read() == b"%PDF"
    with pytest.raises(FileNotFoundError):
        kept.open(name)


@pytest.fixture
def away(send: Send, settings: Any) -> None:
    """A batch is in, and the store does not answer since."""
    send(HEAD + ROW)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    settings.OBJECT_STORE = {**settings.OBJECT_STORE, "AWS_ENDPOINT_URL": nobody}


@pytest.mark.usefixtures("away")
def test_who_asks_for_numbers_while_the_store_is_away_reads_who_acts(
    client_of: Any, alice: User, shop: Merchant, caplog: pytest.LogCaptureFixture
) -> None:
    """What is computed is shown; a job fails of it instead, and is tried again."""
    client, today = client_of(alice), clock.today()
    address = f"/m/{shop.code}/reports/"
    assert client.get(address).status_code == 200
    asked = {"first_on": str(today), "last_on": str(today)}
    page = client.post(f"{address}run/", asked, follow=True)
    assert page.status_code == 200
    assert "The event lake does not answer" in page.content.decode()
    assert not Run.objects.exists()
    assert runs.request_due() is None
    with pytest.raises(OSError, match=r"[Cc]onnect|reach"):
        lacking.require_none()
    lacking.say_at_start()
    assert "The event lake does not answer" in caplog.text
    # Of which health says that the lake cannot be reached, or after two seconds that it is silent.
    with pytest.raises(OSError, match="connect"):
        lacking.finding()
