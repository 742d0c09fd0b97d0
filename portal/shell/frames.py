"""Room for the frames of a page: CPython 3.11 keeps the frames of calls in chunks of 16 KB.

A call that fits no more takes another chunk from the kernel, and its return gives it back. A loop
that runs just there does so in every turn, which cost some pages a quarter of their time; whatever
changed the depth of calls, such as a middleware, moved that to other pages. Interpreters after
this one keep a chunk at hand (github.com/python/cpython/issues/142183).
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase

# A chunk is doubled until a frame fits it: one a little above 512 KB has as much behind it.
_SLOTS = 70_000


def with_room(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, whose frame is so large that all calls below it share its chunk.

    The frame is address space that nobody touches.
    """
    function.__code__ = function.__code__.replace(co_stacksize=_SLOTS)
    return function


class FramesMiddleware:
    """Gives what a page calls one chunk, so it comes first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    @with_room
    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)
