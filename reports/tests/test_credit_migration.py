"""Credit facts of the version before, a row for each model, and what becomes of them and back."""

from typing import Any

from campaigns.tests.test_ledger_migration import Migrate
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from reports.attribution.models import CreditFact, ReportDay
from reports.tests.factory import day, publish
from reports.tests.test_touch_migration import migrate

__all__ = ["migrate"]  # a fixture

BEFORE, AFTER = "0015_unplaced", "0016_credit_by_model_columns"
COLUMNS = ("model", "credit_micro", "value_fen")


def test_models_move_side_by_side_and_back(
    migrate: Migrate, shop: Merchant, sunscreen: Listing
) -> None:
    [report_day] = publish(shop, day(1))
    about: dict[str, Any] = {
        "on": report_day.on, "report_day_id": report_day.pk, "merchant_id": shop.pk,
        "listing_id": sunscreen.pk, "note_id": sunscreen.note_id, "placement": "note_body",
        "store_kind": "tmall", "kind": "order", "level": "product", "window_days": 15,
    }  # fmt: skip
    rows = [
        ("last_touch", 1_000_000, 19_900), ("linear", 250_000, 4_975),
        ("last_touch", 1_000_000, None),
    ]  # fmt: skip
    apps: Any = migrate(BEFORE)
    for number, row in enumerate(rows, 1):
        given = dict(zip(COLUMNS, row, strict=True))
        apps.get_model("reports.CreditFact").objects.create(row=number, **about, **given)
    apps = migrate(AFTER)
    facts = apps.get_model("reports.CreditFact").objects.order_by("last_touch_fen")
    assert list(
        facts.values_list("last_touch_micro", "last_touch_fen", "linear_micro", "linear_fen")
    ) == [(1_000_000, 19_900, 250_000, 4_975), (1_000_000, None, None, None)]
    apps = migrate(BEFORE)
    back = apps.get_model("reports.CreditFact").objects.filter(**about)
    assert sorted(back.values_list(*COLUMNS), key=str) == sorted(rows, key=str)
    migrate(AFTER)
    told = ReportDay.objects.values_list("has_touch_days", flat=True)
    assert (CreditFact.objects.count(), list(told)) == (2, [False])
