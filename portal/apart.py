"""Doing many things each on its own: one that fails holds up no other."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def each(things: Iterable[T], act: Callable[[T], R], *, called: str, failed: str) -> list[R]:
    """Do `act` for each of `things`; what each gave, in their order.

    Where some fail, all others are done first; then an ExceptionGroup named `failed` is raised, of
    what they raised, each with a note that names its thing: `called`, and its key.
    """
    given: list[R] = []
    failures: list[Exception] = []
    for thing in things:
        try:
            given.append(act(thing))
        except Exception as failure:
            failure.add_note(f"{called} {getattr(thing, 'pk', thing)}")
            failures.append(failure)
    if failures:
        raise ExceptionGroup(failed, failures)
    return given
