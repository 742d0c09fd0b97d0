"""Tests look for garbage as the site's processes do; most of what they would look through is the
thousands of collected tests, which stay to the end. It took an eighth of the time of all tests.
"""

from portal.runtime import garbage


def pytest_collection_finish() -> None:
    """Everything that is there now stays."""
    garbage.look_seldom()
