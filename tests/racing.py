"""Several people at once: each in a thread, with a connection of its own and the test's clock.

For tests marked `django_db(transaction=True)`: what a test has not committed, no thread sees.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from threading import Barrier, BoundedSemaphore
from typing import Any, TypeVar

from django.db import connection, transaction

from portal.refusals import Refusal

T = TypeVar("T")

# More would run into max_connections of a small server.
CONNECTIONS = 20
# How long somebody has to show that he waits for somebody else.
SECONDS = 0.5


def at_once(
    *acts: Callable[[], T], refusal: type[Exception] = Refusal
) -> tuple[list[T], list[Any]]:
    """Begin all `acts` at the same moment; what those that were done gave back, and the refusals.

    Any error that is not a `refusal` fails the test.
    """
    start, slots = Barrier(len(acts)), BoundedSemaphore(CONNECTIONS)
    done: list[T] = []
    refused: list[Any] = []

    def attempt(act: Callable[[], T]) -> None:
        start.wait(timeout=30)
        with slots:
            try:
                done.append(alone(act))
            except refusal as error:
                refused.append(error)

    with ThreadPoolExecutor(len(acts)) as pool:
        for ended in [pool.submit(copy_context().run, attempt, act) for act in acts]:
            ended.result()
    return done, refused


def one_after_the_other(first: Callable[[], object], second: Callable[[], T]) -> T:
    """Do `second` while `first` is done but not committed, and see it wait; its end."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            ended = pool.submit(copy_context().run, alone, second)
            assert not wait([ended], timeout=SECONDS).done
        return ended.result()


def alone(act: Callable[[], T]) -> T:
    """Do `act` in this thread, and leave no connection behind."""
    try:
        return act()
    finally:
        connection.close()
