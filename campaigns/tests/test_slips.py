"""What is no note and no day is asked for again on the form of a boost."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.boosts.models import Boost
from merchants.companies.models import Merchant
from merchants.notes.models import Note
from portal.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("field", "slip"),
    [
        *(("note", key) for key in ["9" * 18, "9" * 5000, "-1", "x", "\0"]),
        *(("starts_on", day) for day in ["9999-12-31", "0001-01-01", "2026-02-30", "20261"]),
        *(("days", days) for days in ["9" * 5000, "-1", "1e3", "0"]),
        *(("budget", yuan) for yuan in ["9" * 5000, "-1", "1e3", "0.001"]),
    ],
)
def test_a_slip_is_asked_for_again(
    client_of: Callable[[User], Client],
    alice: User,
    shop: Merchant,
    note: Note,
    field: str,
    slip: str,
) -> None:
    page, client = reverse("campaigns:boost-new", args=[shop.code]), client_of(alice)
    typed: dict[str, Any] = {
        "request_key": str(uuid4()),
        "note": note.pk,
        "budget": "700",
        "days": "7",
        "objective": "reads",
        "starts_on": "2026-12-20",
    }
    answer = client.post(page, {**typed, field: slip})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert client.get(page, {field: slip}).status_code == 200
    assert client.post(page, typed).status_code == 302
    assert Boost.objects.count() == 1
