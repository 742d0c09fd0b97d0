"""A condition that cannot be read finds nothing, and the page says which."""

from collections.abc import Callable

import pytest
from django.test import Client

from merchants.companies.models import Merchant
from portal.accounts.models import User
from portal.ui.filters import PortalFilter

ClientOf = Callable[[User], Client]

CONDITIONS = [
    ("/m/{code}/products/", {"kind": "moon"}), ("/m/{code}/products/", {"category": "999999"}),
    ("/m/{code}/stores/", {"status": "open"}), ("/m/{code}/listings/", {"placement": "sky"}),
    ("/teams/{team}/audit/", {"verb": "x"}), ("/teams/{team}/audit/", {"since": "soon"}),
    ("/teams/{team}/audit/", {"until": "2026-02-30"}),
    ("/teams/{team}/audit/", {"verb": "merchant.verified", "since": "soon"}),
]  # fmt: skip


@pytest.mark.parametrize("as_part", [False, True])
@pytest.mark.parametrize(("page", "asked"), CONDITIONS)
def test_a_condition_that_cannot_be_read_finds_nothing_and_says_so(
    client_of: ClientOf,
    alice: User,
    shop: Merchant,
    page: str,
    asked: dict[str, str],
    as_part: bool,
) -> None:
    headers = {"HX-Request": "true", "HX-Target": "table"} if as_part else {}
    answer = client_of(alice).get(
        page.format(code=shop.code, team=shop.team_id), asked, headers=headers
    )
    assert answer.status_code == 200
    assert not answer.context["table"].rows
    assert "A condition of the filter cannot be read" in answer.content.decode()
    assert "<tbody" not in answer.content.decode()


def test_without_the_rule_every_row_would_be_shown(
    client_of: ClientOf, alice: User, shop: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PortalFilter, "mistakes", ())
    answer = client_of(alice).get(f"/m/{shop.code}/products/", {"kind": "moon"})
    assert len(answer.context["table"].rows) == 2


def test_a_day_of_the_filter_is_read_as_people_write_it(
    client_of: ClientOf, alice: User, shop: Merchant
) -> None:
    asked = {"since": "2000年1月1日", "label": "ＢＥＡＵＴＹ alice"}
    answer = client_of(alice).get(f"/teams/{shop.team_id}/audit/", asked)
    assert answer.context["table"].rows
