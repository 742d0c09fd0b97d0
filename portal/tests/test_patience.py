"""The database is given so long, and then whoever waits for it is let go."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection

from portal import patience


def ask(sql: str) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row: tuple[int, ...] = cursor.fetchone()
        return row


def be_cut() -> None:
    [server] = ask("SELECT pg_backend_pid()")
    with pytest.raises(OperationalError), patience.at_most(0.2):
        ask("SELECT pg_sleep(600)")
    connection.close()
    # It has not noticed, and would hold up whoever waits for all transactions to end.
    ask(f"SELECT pg_terminate_backend({server})")


@pytest.mark.django_db(transaction=True)
def test_a_database_that_says_nothing_is_waited_for_no_longer_than_said() -> None:
    be_cut()
    with patience.at_most(60):
        assert ask("SELECT 1") == (1,)


@pytest.mark.django_db(transaction=True)
def test_an_answer_in_time_leaves_the_connection_as_it_is() -> None:
    """Another, who began later and was given as long, has been cut by then."""
    with patience.at_most(0.2):
        before = ask("SELECT pg_backend_pid()")
    with ThreadPoolExecutor() as beside:
        beside.submit(be_cut).result()
    assert ask("SELECT pg_backend_pid()") == before
