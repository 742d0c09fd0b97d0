"""The search field in the head of a page says what is sought everywhere, and nothing else."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from merchants.listings.models import Listing
from portal.accounts.models import User

FIELD = re.compile(r'<form class="topbar-search".*?</form>', re.DOTALL)


@pytest.mark.parametrize(
    "url_name", ["reports:report-detail", "merchants:note-list", "campaigns:boost-list", ""]
)
def test_words_that_narrow_a_page_are_not_sought_everywhere(
    url_name: str, live_listing: Listing, alice: User, client_of: Callable[[User], Client]
) -> None:
    search = reverse("reports:search")
    url = reverse(url_name, args=[live_listing.merchant.code]) if url_name else search
    page = client_of(alice).get(url, {"q": "linen"}, follow=True).content.decode()
    [field] = FIELD.findall(page)
    assert ('value="linen"' in field) == (url == search)
