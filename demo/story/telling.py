"""Telling a person at a terminal how far the demo world is."""

import time

from django.core.management.base import OutputWrapper

WIDTH = 28


class Teller:
    """One line per step, with seconds; on a terminal the current line is redrawn as a bar."""

    def __init__(self, stream: OutputWrapper) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._since = time.monotonic()

    def step(self, text: str) -> None:
        """`text` is done."""
        seconds = time.monotonic() - self._since
        self._write(f"{text} ({seconds:.1f} s)", end="\n")

    def bar(self, done: int, total: int, text: str) -> None:
        """`done` of `total` parts of `text` are done; shown on terminals alone."""
        if self._is_terminal:
            filled = WIDTH * done // max(total, 1)
            self._write(f"{'█' * filled}{'░' * (WIDTH - filled)} {text}", end="")

    def _write(self, text: str, *, end: str) -> None:
        clear = "\r\x1b[K" if self._is_terminal else ""
        self._stream.write(f"{clear}{text}", ending=end)
        self._stream.flush()
