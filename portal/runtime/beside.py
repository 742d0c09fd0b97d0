"""What a web process does beside answering, every few seconds, in a thread of its own.

An app adds to it in its `ready`; gunicorn's processes begin with it when they are ready to answer.
Whatever fails is tried again the next time.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Work:
    do: Callable[[], None]
    every_seconds: float

    def go_on(self) -> None:
        pause = threading.Event()
        is_well = True
        while True:
            try:
                self.do()
                is_well = True
            except Exception:  # the site answers on, whatever it is
                # Said once, not every second of an outage.
                if is_well:
                    logger.exception("%s failed and is tried again.", self.do.__qualname__)
                is_well = False
                connection.close()
            pause.wait(self.every_seconds)


_works: list[_Work] = []


def add(do: Callable[[], None], *, every_seconds: float) -> None:
    """Have every web process call `do` again and again, each call that long after the last."""
    _works.append(_Work(do, every_seconds))


def begin() -> None:
    """Start what was added. Called once by each web process, after it was forked."""
    for work in _works:
        threading.Thread(target=work.go_on, daemon=True, name=work.do.__qualname__).start()
