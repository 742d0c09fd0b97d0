"""Books in which one payment was booked several times, because it was typed in several ways."""

from typing import Any

import pytest
from django.db import connection

from campaigns.ledger import payments, proof
from campaigns.ledger import transfers as ledger
from campaigns.ledger.models import Payment, Transfer
from campaigns.tests.test_ledger_migration import Migrate, migrate, the_one_bank
from merchants.companies.models import Merchant
from portal.accounts.models import User
from portal.refusals import Refusal
from tests.migrating import newest

__all__ = ["migrate"]
BEFORE, AFTER = "0009_budget_has_its_sentence", "0010_references_as_they_are_meant"
TYPED = ["bugs-dep-1", "BUGS-DEP-1", "Ｂugs-dep-1", "other"]


@pytest.fixture
def booked(migrate: Migrate, shop: Merchant) -> list[tuple[Any, ...]]:
    """Four small payments, three of them one; and of two large ones one signed, one waiting."""
    wallet, bank = ledger.wallet_of(shop), the_one_bank()
    models = migrate(BEFORE)
    transfer: Any = models.get_model("campaigns.Transfer")
    payment: Any = models.get_model("campaigns.Payment")
    for reference in [*TYPED, "BIG-1"]:
        fen = 1_234 if reference in TYPED else 6_000_000
        transfer.objects.create(
            source_id=bank.pk, target_id=wallet.pk, amount_fen=fen, reason="deposit",
            key=f"bank:{reference}",
        )  # fmt: skip
    for reference, status in [("BIG-1", "booked"), ("big-1", "waiting"), ("big-1 ", "rejected")]:
        payment.objects.create(
            account_id=wallet.pk, amount_fen=6_000_000, reference=reference, status=status
        )
    return list(transfer.objects.order_by("pk").values_list("pk", "amount_fen", "created_at"))


def test_every_booking_stays_with_its_reference_as_it_was_typed(
    booked: list[tuple[Any, ...]], migrate: Migrate
) -> None:
    migrate(AFTER)
    rows = Transfer.objects.order_by("pk")
    assert list(rows.values_list("pk", "amount_fen", "created_at")) == booked
    assert [row.reference for row in rows] == [*TYPED, "BIG-1"]
    assert rows[0].key == "bank:bugs-dep-1"
    keys = list(Payment.objects.order_by("pk").values_list("key", flat=True))
    assert keys[0] == rows[4].key == "bank:big-1"
    assert keys[1].startswith("bank:big-1#p")
    migrate(newest("campaigns"))
    assert not proof.verify().broken


def test_no_writing_of_it_is_booked_again_and_the_ledger_is_closed_again(
    booked: list[tuple[Any, ...]], migrate: Migrate, shop: Merchant, manager: User
) -> None:
    migrate(AFTER)
    for reference in [*TYPED, " bUgS-dEp-1", "ＯＴＨＥＲ"]:
        payments.record(shop, amount_fen=1_234, reference=reference, by=manager)
    with pytest.raises(Refusal, match="already used for a payment of ¥60,000"):
        payments.record(shop, amount_fen=1, reference="Big-1", by=manager)
    assert Transfer.objects.count() == len(booked)
    with pytest.raises(Exception, match="a transfer is for good"):
        Transfer.objects.update(key="x")


def test_the_way_back_gives_each_its_own_key_again(
    booked: list[tuple[Any, ...]], migrate: Migrate
) -> None:
    migrate(AFTER)
    migrate(BEFORE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM campaigns_transfer ORDER BY id")
        assert [key for (key,) in cursor.fetchall()] == [
            f"bank:{each}" for each in [*TYPED, "BIG-1"]
        ]
