"""What suspended data look like: on a desk and a phone, in both languages."""

from typing import Any

import pytest

from merchants.listings.models import Listing
from portal.accounts.models import User
from reports.sources.models import Source
from reports.tests.factory import day
from reports.tests.suspended import REASON, sold, suspend
from tests.browser import DESKTOP, PHONE, PageOf, accessible, fits

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["sold", "suspend"]


@pytest.mark.parametrize(("language", "width"), [("en", DESKTOP), ("zh-hans", PHONE)])
def test_withheld_days_are_told_on_a_desk_and_on_a_phone(
    language: str,
    width: int,
    sold: Listing,
    suspend: Any,
    page_of: PageOf,
    alice: User,
    admin: User,
) -> None:
    suspension = suspend()
    merchant = sold.merchant.code
    source = Source.objects.get(code="jd")
    hers = [
        f"/m/{merchant}/reports/?first_on={day(24)}&last_on={day(20)}",
        f"/m/{merchant}/reports/models/?first_on={day(24)}&last_on={day(20)}",
        suspension.get_absolute_url(),
    ]
    theirs = [
        suspension.get_absolute_url(),
        "/platform/sources/suspensions/",
        f"/platform/sources/{suspension.source_id}/",
        f"/platform/sources/{source.pk}/suspend/",
    ]
    for user, addresses in ((alice, hers), (admin, theirs)):
        page = page_of(user, language=language, width=width)
        for address in addresses:
            page.goto(address)
            if user == alice:
                assert REASON in page.content()
            fits(page)
            accessible(page)
    # The form shows whom it concerns before it is sent again.
    page.locator("[name=first_on]").fill(str(day(20)))
    page.locator("[name=reason]").fill(REASON)
    page.locator(".form-card button.btn-primary").click()
    page.locator("#impact").wait_for()
    fits(page)
    accessible(page)
