"""What the clock looks at each minute is found without reading the boosts that are over."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.boosts import awarding, schedule
from campaigns.delivery import announcing
from campaigns.delivery.models import AdServer

pytestmark = pytest.mark.django_db

Look = Callable[[], object]
LOOKS: list[tuple[Look, list[str]]] = [
    (schedule.start_due, ["boost_scheduled"]),
    (schedule.complete_due, ["boost_under_way"]),
    (announcing.give_waiting, ["boost_scheduled", "boost_under_way"]),
    (awarding.look, ["boost_approved"]),
]


def plan_of(look: Look) -> str:
    """How the database finds the boosts that `look` asks for."""
    with CaptureQueriesContext(connection) as asked:
        look()
    [sql] = [one["sql"] for one in asked if 'FROM "campaigns_boost"' in one["sql"]]
    with connection.cursor() as cursor:
        # So few rows are read whole, or in the order of another index, were that allowed.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        cursor.execute("EXPLAIN " + sql)
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.parametrize(("look", "indexes"), LOOKS)
def test_each_look_has_indexes_of_what_waits_alone(
    look: Look, indexes: list[str], ad_server: AdServer
) -> None:
    plan = plan_of(look)
    assert all(f"on {index} " in plan for index in indexes), plan
    assert "Seq Scan on campaigns_boost" not in plan
    # The twin: without one of them all boosts are read.
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {indexes[0]}")
    assert f"on {indexes[0]} " not in plan_of(look)
