"""All lists look alike: one that forgets what it takes over has no look at all."""

from collections.abc import Iterator

from django.urls import get_resolver

from portal.ui.tables import PortalTable


def every(table: type[PortalTable]) -> Iterator[type[PortalTable]]:
    for one in table.__subclasses__():
        if "tests" not in one.__module__.split("."):
            yield one
        yield from every(one)


def test_every_table_has_the_look_of_tables() -> None:
    assert get_resolver().url_patterns
    tables = list(every(PortalTable))
    assert len(tables) > 20
    plain = {one.__name__ for one in tables if "card-table" not in one._meta.attrs.get("class", "")}
    assert plain == set()


def test_a_table_that_takes_nothing_over_is_seen() -> None:
    """The twin: django-tables2 does not inherit Meta."""

    class Plain(PortalTable):
        pass

    assert "card-table" not in Plain._meta.attrs.get("class", "")
    Plain._meta.attrs = PortalTable.Meta.attrs
