"""Telling a person at a terminal how far the demo world is."""

import time

from django.core.management.base import OutputWrapper
from django.utils import translation
from django.utils.translation import gettext

from portal import words

WIDTH = 28


class Teller:
    """One line per step, with seconds; on a terminal the current line is redrawn as a bar.

    Texts are English message ids with named placeholders, marked by `gettext_noop`. They are told
    in the language in which the teller was made, whatever the people of the world speak meanwhile.
    """

    def __init__(self, stream: OutputWrapper) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._since = time.monotonic()
        self._language = words.language()

    def step(self, text: str, **params: str) -> None:
        """`text` is done."""
        seconds = time.monotonic() - self._since
        with translation.override(self._language):
            told = gettext(text) % params
        self._write(f"{told} ({seconds:.1f} s)", end="\n")

    def bar(self, done: int, total: int, text: str) -> None:
        """`done` of `total` parts of `text` are done; shown on terminals alone."""
        if self._is_terminal:
            filled = WIDTH * done // max(total, 1)
            with translation.override(self._language):
                self._write(f"{'█' * filled}{'░' * (WIDTH - filled)} {gettext(text)}", end="")

    def _write(self, text: str, *, end: str) -> None:
        clear = "\r\x1b[K" if self._is_terminal else ""
        self._stream.write(f"{clear}{text}", ending=end)
        self._stream.flush()
