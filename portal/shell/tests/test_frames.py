"""Calls of a page take no memory from the kernel, however deep they are."""

import resource
from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.test import RequestFactory

from portal.shell.frames import FramesMiddleware

TURNS = 300


def faults_of(call: Callable[[], object]) -> int:
    """How often `call`, and no other thread, touched a page of memory that it had not before."""
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    call()
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before


def loop() -> None:
    def turn(a: int, b: int) -> int:
        return a + b

    for number in range(TURNS):
        turn(number, number)


def deep(depth: int) -> None:
    if depth:
        deep(depth - 1)
    else:
        loop()


def most_faults() -> int:
    return max(faults_of(partial(deep, depth)) for depth in range(250))


def test_a_loop_at_the_end_of_a_chunk_asks_the_kernel_in_every_turn() -> None:
    """Where this fails, the interpreter keeps a chunk at hand, and FramesMiddleware may go."""
    assert most_faults() >= TURNS


def test_behind_the_middleware_no_loop_does() -> None:
    found: list[int] = []

    def page(request: object) -> HttpResponse:
        found.append(most_faults())
        return HttpResponse()

    FramesMiddleware(page)(RequestFactory().get("/"))
    assert found[0] < TURNS
