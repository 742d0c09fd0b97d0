"""Views that take files look at their door first, and at the form's token behind it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import resolve

from merchants.openings.models import OpeningApplication
from portal.accounts.models import User
from reports.sources.models import Batch
from tests.permission_table import PERSONAS, ROWS, address


@pytest.mark.django_db
def test_every_view_that_takes_files_asks_for_the_token_behind_its_door(
    world: dict[str, Any], cast: dict[str, User | None]
) -> None:
    before = OpeningApplication.objects.count(), Batch.objects.count()
    asked = set()
    for row in ROWS:
        path = address(row, world)
        view = resolve(path).func
        if not hasattr(view, "most_bytes"):
            # Pages for readers take nothing at all, and doors of programs nothing that is unsigned.
            is_refused = Client().post(path).status_code in {401, 405}
            assert is_refused or not getattr(view, "csrf_exempt", False), path
            continue
        for persona, status in zip(PERSONAS, row.statuses, strict=True):
            client = Client(enforce_csrf_checks=True)
            if person := cast[persona]:
                client.force_login(person)
            answer = client.post(path, {"document": "x"})
            # Those whom the door lets in are stopped by the token they do not have.
            assert answer.status_code == (403 if status == 200 else status), (path, persona)
        asked.add(row.url_name)
    assert asked == {
        "merchants:application-new",
        "merchants:application-detail",
        "reports:data-new",
        "reports:batch-new",
        "campaigns:cost-file-new",
        "campaigns:invoice-issue",
        "campaigns:invoice-take-back",
    }
    assert (OpeningApplication.objects.count(), Batch.objects.count()) == before
