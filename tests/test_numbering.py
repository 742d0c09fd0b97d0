"""Ids of a test's rows are alike whatever ran before it, and tell one table from another."""

import pytest

from merchants.companies.models import Merchant
from merchants.notes.models import Note
from portal.accounts.models import User


@pytest.mark.parametrize("_time", ["first", "second"])
def test_rows_are_numbered_anew_in_each_test(_time: str, alice: User) -> None:
    assert alice.pk % 1000 == 0


def test_the_id_of_a_merchant_is_no_id_of_a_note(shop: Merchant, rival: Merchant) -> None:
    merchants = set(Merchant.objects.values_list("pk", flat=True))
    assert not merchants & set(Note.objects.values_list("pk", flat=True))
