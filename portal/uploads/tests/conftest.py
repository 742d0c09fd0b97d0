"""Here the process that opens files is what tests are about."""

import pytest

from portal.uploads import reading


@pytest.fixture(autouse=True)
def every_file_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known from an earlier test (`tests/read_once.py`)."""
    monkeypatch.setattr(reading, "_in_a_child", reading._in_a_child.__wrapped__)  # type: ignore[attr-defined]
