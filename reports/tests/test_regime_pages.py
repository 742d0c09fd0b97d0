"""Pages on which samples are agreed: admins agree, change and end, account managers read."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from portal.accounts.models import User
from reports.sources import own, sampling
from reports.sources.models import Source
from reports.sources.regimes import Regime

pytestmark = pytest.mark.django_db


@pytest.fixture
def jd() -> Source:
    return Source.objects.get(code="jd")


def listed(client: Client, source: Source) -> str:
    page = client.get(reverse("reports:regime-list", args=[source.pk]))
    assert page.status_code == 200
    return page.content.decode()


def post(client: Client, name: str, pk: int, **given: Any) -> Any:
    address = reverse(f"reports:{name}", args=[pk])
    form = client.get(address).context["form"]
    version = {"version": form["version"].value()} if "version" in form.fields else {}
    return client.post(address, {**version, **given})


def test_an_admin_agrees_on_a_sample_and_the_list_shows_it(
    admin: User, client_of: Any, jd: Source
) -> None:
    client, beauty = client_of(admin), Category.objects.get(code="beauty")
    assert "No sampling is agreed" in listed(client, jd)
    given = {"ratio": "33.3333 %", "valid_from": "2024-02-01", "valid_to": ""}
    assert post(client, "regime-new", jd.pk, **given).status_code == 302
    pilot = {"ratio": "100", "valid_from": "2024-02-01", "valid_to": "2024-06-30"}
    assert post(client, "regime-new", jd.pk, category=beauty.pk, **pilot).status_code == 302
    page = listed(client, jd)
    for shown in ("33.3333%", "100%", "Beauty and care", "All that have no", "No end yet"):
        assert shown in page
    regime = Regime.objects.get(category=None)
    assert (regime.ratio, regime.valid_to) == (Decimal("0.333333"), None)
    again = post(client, "regime-new", jd.pk, **given)
    assert again.status_code == 422
    assert "covers some of these days" in again.content.decode()


def test_an_admin_changes_and_ends_what_is_agreed(admin: User, client_of: Any, jd: Source) -> None:
    client = client_of(admin)
    regime = Regime.objects.create(source=jd, ratio="0.5", valid_from="2024-02-01")
    given = {"ratio": "25", "valid_from": "2024-02-02", "valid_to": ""}
    assert post(client, "regime-edit", regime.pk, **given).status_code == 302
    assert post(client, "regime-close", regime.pk, valid_to="2024-06-30").status_code == 302
    regime.refresh_from_db()
    assert regime.ratio == Decimal("0.25")
    assert (regime.valid_from, regime.valid_to) == (date(2024, 2, 2), date(2024, 6, 30))
    again = post(client, "regime-close", regime.pk, valid_to="2024-07-31")
    assert again.status_code == 422
    assert "has an end already" in again.content.decode()


def test_who_would_end_what_was_changed_meanwhile_reads_that_it_was(
    admin: User, second_admin: User, client_of: Any, jd: Source
) -> None:
    client = client_of(admin)
    regime = sampling.open_regime(
        jd, category=None, valid_from=date(2024, 2, 1), valid_to=None, ratio=Decimal("0.5"),
        by=admin,
    )  # fmt: skip
    address = reverse("reports:regime-close", args=[regime.pk])
    version = client.get(address).context["form"]["version"].value()
    sampling.change(
        regime, valid_from=date(2024, 2, 1), valid_to=None, ratio=Decimal("0.25"), by=second_admin
    )
    late = client.post(address, {"version": version, "valid_to": "2024-06-30"})
    assert late.status_code == 422
    assert "this was changed since you opened it" in late.content.decode()
    regime.refresh_from_db()
    assert regime.valid_to is None
    assert post(client, "regime-close", regime.pk, valid_to="2024-06-30").status_code == 302


@pytest.mark.parametrize("typed", ["", "0", "100.1", "half", "1e1", "-5", "33.33333"])
def test_what_is_no_share_is_refused_at_its_field(
    typed: str, admin: User, client_of: Any, jd: Source
) -> None:
    answer = post(client_of(admin), "regime-new", jd.pk, ratio=typed, valid_from="2024-02-01")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["ratio"]
    assert not Regime.objects.exists()


def test_the_community_is_asked_for_no_category(admin: User, client_of: Any) -> None:
    community = Source.objects.get(code="community")
    client = client_of(admin)
    new = client.get(reverse("reports:regime-new", args=[community.pk]))
    assert "category" not in new.context["form"].fields
    given = {"ratio": "50", "valid_from": "2024-02-01"}
    assert post(client, "regime-new", community.pk, **given).status_code == 302
    links = Source.objects.get(code="links")
    refused = post(client, "regime-new", links.pk, **given)
    assert "Only the community and marketplaces send samples" in refused.content.decode()


def test_an_account_manager_reads_and_finds_no_way_to_change(
    manager: User, client_of: Any, jd: Source, shop: Merchant
) -> None:
    Regime.objects.create(source=jd, ratio="0.5", valid_from="2024-02-01")
    page = listed(client_of(manager), jd)
    assert "50%" in page
    assert "/edit/" not in page
    assert "/regimes/new/" not in page
    mine = own.source_of(shop, "jd")
    address = reverse("reports:regime-list", args=[mine.pk])
    assert client_of(manager).get(address).status_code == 404
