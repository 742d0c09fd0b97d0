"""What a web process does beside answering goes on, whatever fails."""

import logging
import threading

import pytest

from portal.runtime import beside


def test_work_goes_on_after_it_has_failed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(beside, "_works", [])
    calls: list[int] = []
    went_on = threading.Event()

    def work() -> None:
        calls.append(1)
        if len(calls) < 3:
            raise OSError("the disk is full")
        went_on.set()

    beside.add(work, every_seconds=0.01)
    with caplog.at_level(logging.ERROR, beside.__name__):
        beside.begin()
        assert went_on.wait(30)
    said = [record for record in caplog.records if record.name == beside.__name__]
    assert len(said) == 1
