"""What happens in tests of runs: events of Alice's listing, days computed, and what they say."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.db.models import Sum

from merchants.listings.models import Listing
from portal import clock
from reports.attribution.choices import Model
from reports.attribution.models import CreditFact, ReportDay

LAST = clock.today() - timedelta(days=2)


def noon(days_ago: int) -> str:
    """Noon in Shanghai, so many days before the last day."""
    day = datetime.combine(LAST, datetime.min.time(), UTC) + timedelta(hours=4)
    return (day - timedelta(days=days_ago)).isoformat()


def touch(event_id: str, listing: Listing, *, days_ago: int, **more: Any) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "occurred_at": noon(days_ago),
        "user_id": "u1",
        "note_id": listing.note.external_id,
        "kind": "view",
        **more,
    }


def order(event_id: str, listing: Listing, **more: Any) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "occurred_at": noon(0),
        "user_id": "u1",
        "store_id": listing.product.store.external_id,
        "product_id": listing.product.external_id,
        "kind": "order",
        "value_fen": 100,
        **more,
    }


def attribute(first_on: date = LAST, last_on: date = LAST, **more: Any) -> dict[str, Any]:
    out = StringIO()
    options = [f"--{name}={value}" for name, value in more.items()]
    call_command(
        "attribute", f"--from={first_on}", f"--to={last_on}", "--json", *options, stdout=out
    )
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def credited(model: str = Model.LINEAR, **of: Any) -> dict[str, Any]:
    current = ReportDay.objects.current().values("pk")
    facts = CreditFact.objects.filter(report_day_id__in=current, **of)
    return facts.aggregate(credit=Sum(Model(model).micro), value=Sum(Model(model).fen))
