"""A process that is killed at a point of its work, as a power cut would."""

import os
import warnings
from collections.abc import Callable
from typing import Any

from django.db import connection


def dies_at(owner: Any, name: str, number: int, act: Callable[[], object]) -> None:
    """Do `act` in a process that is killed as it comes to `name` of `owner`, a module or a class,
    for the `number`-th time. Fails when it never comes there."""
    connection.close()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        left, whole = [number], getattr(owner, name)

        def dies(*given: Any, **named: Any) -> Any:
            left[0] -= 1
            return whole(*given, **named) if left[0] else os._exit(9)

        setattr(owner, name, dies)
        try:
            act()
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9, f"never came to {name}"
