"""A paper that tests hand in is opened in a process of its own once: read again it says the same.

Most tests hand one in on their way to something else, and a process takes longer than they do.
`portal/uploads/tests` ask about the process itself and start one each time.
"""

from collections.abc import Iterator
from functools import cache

import pytest

from portal.uploads import reading


@pytest.fixture(autouse=True, scope="session")
def papers_are_opened_once() -> Iterator[None]:
    """Keep what the process said of a content; a refusal is not kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "_in_a_child", cache(reading._in_a_child))
        yield
