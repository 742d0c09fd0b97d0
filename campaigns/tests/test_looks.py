"""What the clock looks at each minute is found without reading the boosts that are over."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.boosts import awarding, schedule
from campaigns.closings import nowhere
from campaigns.delivery import announcing, messages, refusing
from campaigns.delivery.models import AdServer

pytestmark = pytest.mark.django_db

Look = Callable[[], object]
BOOSTS = "campaigns_boost"
LOOKS: list[tuple[Look, str, list[str]]] = [
    (schedule.start_due, BOOSTS, ["boost_scheduled"]),
    (schedule.complete_due, BOOSTS, ["boost_under_way"]),
    (announcing.give_waiting, BOOSTS, ["boost_scheduled", "boost_under_way"]),
    (awarding.look, BOOSTS, ["boost_approved"]),
    (
        nowhere.look,
        BOOSTS,
        ["boost_waiting", "boost_approved", "boost_scheduled", "boost_under_way"],
    ),
    (refusing.tell_rest, "campaigns_serving", ["serving_refused_rose"]),
    (messages.let_go, "campaigns_deliverymessage", ["delivery_message_kept"]),
]


def plan_of(look: Look, table: str) -> str:
    """How the database finds the rows of `table` that `look` asks for."""
    with CaptureQueriesContext(connection) as asked:
        look()
    [sql] = [one["sql"] for one in asked if f'FROM "{table}"' in one["sql"]]
    with connection.cursor() as cursor:
        # So few rows are read whole, or in the order of another index, were that allowed.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        cursor.execute("EXPLAIN " + sql)
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.parametrize(("look", "table", "indexes"), LOOKS)
def test_each_look_has_indexes_of_what_waits_alone(
    look: Look, table: str, indexes: list[str], ad_server: AdServer
) -> None:
    plan = plan_of(look, table)
    assert all(f"on {index} " in plan for index in indexes), plan
    assert f"Seq Scan on {table}" not in plan
    # The twin: without one of them all rows are read.
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {indexes[0]}")
    assert f"on {indexes[0]} " not in plan_of(look, table)
