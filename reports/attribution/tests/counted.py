"""What a conversion counts beside itself, by the text of the rules: as an order or a visit, its
items, and whether somebody is new.
"""

from datetime import date, timedelta, timezone

from reports.attribution.tests.reference import Conversion, Touchpoint, World

SHANGHAI = timezone(timedelta(hours=8))


def day_of(event: Touchpoint | Conversion) -> date:
    return event.occurred_at.astimezone(SHANGHAI).date()


def measures(world: World, conversion: Conversion) -> dict[str, int]:
    """By the name of the fact's column."""
    is_order, is_visit = conversion.kind == "order", conversion.kind == "visit"
    number = int(is_order and _is_first_line(world, conversion))
    is_new = conversion.is_new_visitor if is_visit else conversion.is_new_customer
    people = number + is_visit
    return {
        "numbers": number,
        "units": (conversion.quantity or 0) * is_order,
        "without_units": int(is_order and conversion.quantity is None),
        "newcomers": people * (is_new is True),
        "maybe_newcomers": people * (is_new is None),
    }


def _is_first_line(world: World, line: Conversion) -> bool:
    """Of the lines of one order number in a store on a day; a line without one stands alone."""
    if line.order_id is None:
        return True
    lines = [
        c
        for c in world.conversions
        if (c.kind, c.store_id, c.order_id) == ("order", line.store_id, line.order_id)
        and day_of(c) == day_of(line)
    ]
    first = min(lines, key=lambda c: (c.occurred_at, c.source.encode(), c.event_id.encode()))
    return line == first
