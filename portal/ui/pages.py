"""The top of a page, as a view says it and `portal/base.html` shows it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Link:
    """A way on that looks like a button, for those who may do the action `needs` (all, if empty).

    `icon` is a name of @tabler/icons. The main link of a page stands out.
    """

    label: str
    url: str
    icon: str = "plus"
    needs: str = ""
    is_main: bool = True


@dataclass(frozen=True)
class Head:
    """What a page is called, and what stands around its name.

    `above` says whose page it is or, with its address in `back`, the list it belongs to; `lead` is
    a sentence below the title.
    """

    title: str
    above: str = ""
    back: str = ""
    lead: str = ""
    links: Sequence[Link] = ()
