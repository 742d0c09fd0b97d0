"""Tests look for garbage as the site's processes do; most of what they would look through is the
thousands of collected tests, which stay to the end. It took an eighth of the time of all tests.

While they are collected nothing is looked for (`portal/runtime/testing.py`), and little while a
process migrates a database of its own (`tests/numbering.py`).
"""

from portal.runtime import garbage


def pytest_collection_finish() -> None:
    """Everything that is there now stays; a database may have to be migrated before the tests."""
    garbage.look_seldom(between=garbage.BETWEEN_MIGRATIONS)
