"""A long list becomes a file: the lines that would have streamed, once, whole, for a week."""

import errno
import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import translation

from portal import clock
from portal.accounts.models import AuditEntry, User
from portal.exports import verbs, writing
from portal.exports.models import KEPT_FOR, Export, folder
from portal.exports.tests.conftest import Ask, ClientOf
from portal.jobs import queue, taking
from portal.jobs.causes import Cause
from portal.jobs.claims import LeaseLost, StatementTime
from portal.jobs.models import Job, JobState
from portal.notices.models import Notice
from portal.ui import prepared
from portal.ui.workbooks import XLSX
from portal.uploads import keeping
from tests.racing import at_once


def made(export: Export) -> Export:
    """The export after its job, which is done."""
    assert queue.run_now(export.job).state == JobState.DONE
    return Export.objects.get(pk=export.pk)


def file_of(export: Export) -> str:
    return reverse("exports:export-file", args=[export.pk])


def test_a_short_list_streams_and_no_file_is_made(streamed: bytes) -> None:
    assert streamed.startswith("\ufeffTitle,Author,".encode())
    assert not Export.objects.exists()


def test_the_file_of_a_long_list_has_the_bytes_that_would_have_streamed(
    ask: Ask, alice: User, client_of: ClientOf, streamed: bytes
) -> None:
    export = made(ask(alice))
    answer: Any = client_of(alice).get(file_of(export))
    assert b"".join(answer) == streamed
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="notes.csv"'
    assert int(answer["Content-Length"]) == len(streamed) == export.bytes
    assert [path.name for path in folder().iterdir()] == [export.stored]


def test_a_file_has_the_rows_that_were_asked_for(ask: Ask, alice: User, streamed: bytes) -> None:
    export = made(ask(alice, title="no such note"))
    assert export.path.read_bytes().count(b"\n") == 1 < streamed.count(b"\n")


def test_a_file_speaks_the_language_it_was_asked_in(
    ask: Ask, alice: User, notes_url: str, client_of: ClientOf, streamed: bytes
) -> None:
    english = ask(alice)
    alice.language = "zh-hans"
    alice.save()
    chinese = ask(alice)
    assert english != chinese
    assert made(english).path.read_bytes() == streamed
    assert "笔记" in made(chinese).path.read_text("utf-8-sig").partition("\n")[0]


def test_whoever_asks_again_while_it_is_prepared_gets_the_same_one(
    ask: Ask, alice: User, bob: User
) -> None:
    first = ask(alice)
    assert ask(alice) == first
    assert {ask(bob), ask(alice, sort="title")}.isdisjoint({first})
    made(first)
    assert ask(alice) != first


@pytest.mark.django_db(transaction=True)
def test_six_at_once_ask_for_one_file(shop: Any, alice: User) -> None:
    def press() -> Export:
        return verbs.ask(
            address="/notes/?export=csv", name="notes", language="en", team=shop.team, by=alice
        )

    done, _refused = at_once(*[press] * 6)
    assert (len(done), len(set(done))) == (6, 1)
    assert Job.objects.filter(kind=verbs.KIND).count() == 1


def test_a_person_has_so_many_prepared_at_a_time(
    ask: Ask, alice: User, notes_url: str, client_of: ClientOf
) -> None:
    for number in range(verbs.MOST_OPEN):
        ask(alice, title=f"{number}")
    answer = client_of(alice).get(notes_url, {"export": "csv", "sort": "title"})
    assert answer["Location"] == f"{notes_url}?sort=title"
    [said] = get_messages(answer.wsgi_request)
    assert str(said).startswith("5 files are being prepared for you already.")
    assert alice.exports.count() == verbs.MOST_OPEN


def test_the_oldest_files_of_a_person_are_let_go(
    ask: Ask, alice: User, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:  # fmt: skip
    monkeypatch.setattr(verbs, "MOST_KEPT", 1)
    first, second = made(ask(alice)), made(ask(alice))
    with django_capture_on_commit_callbacks(execute=True):
        third = ask(alice)
    assert set(alice.exports.all()) == {second, third}
    assert [first.path.exists(), second.path.exists()] == [False, True]


def test_whoever_asked_is_told_and_the_log_says_who_has_the_list(
    ask: Ask, alice: User, shop: Any
) -> None:
    export = made(ask(alice))
    notice = Notice.objects.get(user=alice, url=export.get_absolute_url())
    assert str(notice) == "The file notes.csv is ready."
    with translation.override("zh-hans"):
        assert str(notice) == "文件 notes.csv 已生成，可下载。"
    entry = AuditEntry.objects.get(verb="export.ready")
    assert (entry.team, entry.new) == (
        shop.team, {"file": "notes.csv", "asker": alice.email}
    )  # fmt: skip


def test_a_file_is_kept_for_a_week_and_the_page_says_so(
    ask: Ask, alice: User, client_of: ClientOf
) -> None:
    export, client = ask(alice), client_of(alice)
    page = export.get_absolute_url()
    assert "a notice tells you when it is ready" in client.get(page).content.decode()
    assert client.get(file_of(export)).status_code == 404
    export = made(export)
    shown = client.get(page).content.decode()
    assert file_of(export) in shown
    assert "Kept until" in shown
    assert export.kept_until
    with clock.at(export.kept_until):
        late = client.get(page).content.decode()
        assert file_of(export) not in late
        assert "Prepare it again" in late
        assert client.get(file_of(export)).status_code == 404


def test_what_is_kept_no_more_is_swept(ask: Ask, alice: User) -> None:
    export = made(ask(alice))
    long_ago = (clock.now() - timedelta(days=2)).timestamp()
    os.utime(export.path, (long_ago, long_ago))
    assert (keeping.sweep(), export.path.exists()) == (0, True)
    with clock.at(clock.now() + KEPT_FOR):
        assert (keeping.sweep(), export.path.exists()) == (1, False)


def test_a_full_disk_is_no_fault_of_the_list_and_leaves_no_half_file(
    ask: Ask, alice: User, streamed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    export = ask(alice)
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        job = queue.run_now(export.job)
    assert (job.state, job.cause, job.attempts) == (JobState.QUEUED, Cause.DISK, 0)
    assert list(folder().iterdir()) == []
    assert made(export).path.read_bytes() == streamed


def test_a_worker_that_was_thought_dead_changes_no_file(
    ask: Ask, alice: User, streamed: bytes
) -> None:
    export = ask(alice)
    late = taking.take(export.job.pk)
    assert late
    Job.objects.filter(pk=export.job.pk).update(
        lease_expires_at=StatementTime() - timedelta(seconds=1)
    )
    whole = made(export)
    with pytest.raises(LeaseLost):
        writing.prepare(late, export)
    assert Export.objects.get(pk=export.pk).stored == whole.stored
    assert [path.read_bytes() for path in folder().iterdir()] == [streamed]


def test_a_long_list_is_prepared_as_a_workbook_too(
    ask: Ask, alice: User, client_of: ClientOf, notes_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = made(ask(alice, export="xlsx"))
    answer: Any = client_of(alice).get(file_of(export))
    content = b"".join(answer)
    assert answer["Content-Type"] == XLSX
    assert answer["Content-Disposition"] == 'attachment; filename="notes.xlsx"'
    assert export.stored.endswith(".xlsx")
    monkeypatch.setattr(prepared, "MOST_ROWS", 10)
    streamed: Any = client_of(alice).get(notes_url, {"export": "xlsx"})
    assert b"".join(streamed.streaming_content) == content
