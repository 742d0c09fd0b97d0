"""The process that opens a stranger's file: what it may use up, and what waits for it."""

import subprocess
import sys

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.uploads import child, reading
from portal.uploads.faults import Fault
from portal.uploads.kinds import shown_name
from tests.papers import PDF


def fault() -> Fault:
    with pytest.raises(reading.UploadRefused) as refused:
        reading.read(SimpleUploadedFile("a.pdf", PDF), field="document")
    return refused.value.fault


@pytest.mark.parametrize(
    ("done", "limit"),
    [
        ("b'0' * (2 << 20)", None),
        (f"b'0' * ({child.MEMORY_BYTES} + 1)", "MemoryError"),
        ("open('/proc/self/comm', 'r').read()", None),
        ("__import__('tempfile').TemporaryFile()", "No usable temporary directory"),
    ],
)
def test_a_confined_process_takes_no_more_memory_and_writes_nothing(
    done: str, limit: str | None
) -> None:
    script = (
        "from portal.confined import confine;"
        f"confine(memory_bytes={child.MEMORY_BYTES}, cpu_seconds=5, writes=False); {done}"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=settings.BASE_DIR, capture_output=True, check=False
    )
    assert (ended.returncode != 0) == (limit is not None)
    assert (limit or "").encode() in ended.stderr


def test_a_confined_process_ends_after_its_seconds_of_work() -> None:
    script = (
        "from portal.confined import confine;"
        "confine(memory_bytes=1 << 30, cpu_seconds=1)\nwhile True: pass"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=settings.BASE_DIR, check=False)
    assert ended.returncode < 0


def test_a_file_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_SECONDS", 0.001)
    assert fault() is Fault.TOO_MUCH_WORK


def test_a_third_file_is_refused_while_two_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PATIENCE_SECONDS", 0)
    with reading._turns, reading._turns:
        assert fault() is Fault.BUSY
    assert reading.read(SimpleUploadedFile("a.pdf", PDF), field="document").content == PDF


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("../../evil.html", "evil.html"),
        ("C:\\docs\\授权书.pdf", "授权书.pdf"),
        ("a\u202efdp\u200b.exe\x00\n", "afdp.exe"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("\u202e", "?"),
    ],
)
def test_the_name_of_a_file_is_text_without_anything_that_is_not_seen(
    said: str, shown: str
) -> None:
    assert shown_name(said) == shown
