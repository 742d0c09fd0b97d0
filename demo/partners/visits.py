"""Who clicks on a boosted note reads it: the touchpoints that the community sees of the clicks that
its ad server counted, as a file of its own.
"""

import csv
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from demo.partners.pacing import Order, Paced
from demo.people.visitors import PEOPLE
from demo.plan.period import BUSINESS_ZONE

COLUMNS = ("event_id", "occurred_at", "user_id", "note_id", "kind", "boost_id")


def write(path: Path, orders: Mapping[str, Order], hours: Sequence[Paced]) -> int:
    """The visits of these hours as CSV; how many rows. The same hours give the same bytes."""
    rows = [row for hour in hours for row in _of_hour(orders[hour.boost_id], hour)]
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(COLUMNS)
        lines.writerows(rows)
    return len(rows)


def _of_hour(order: Order, hour: Paced) -> Iterator[tuple[str, ...]]:
    """A view for each click, at some second of its hour."""
    name = f"ad-{order.boost_id}-{hour.hour_at:%Y%m%d%H}"
    dice = random.Random(name)  # noqa: S311
    for number in range(hour.clicks):
        at = hour.hour_at + timedelta(seconds=dice.randrange(3600))
        occurred_at = at.astimezone(BUSINESS_ZONE).isoformat()
        person = f"u{dice.randrange(PEOPLE):09d}"
        yield f"{name}-{number}", occurred_at, person, order.note_id, "view", order.boost_id
