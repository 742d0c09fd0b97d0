"""Coded reasons: chosen from a list, kept, and read at the field with what to do."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.boosts import decisions
from campaigns.boosts import verbs as boosts
from campaigns.boosts.models import Boost, BoostStatus
from campaigns.pages.boost.forms import BoostForm
from campaigns.tests.conftest import RequestBoost
from portal.accounts.models import User
from portal.refusals import Refusal
from portal.review import reasons
from portal.review.models import Decision

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
HOW = "Lower the budget, or take more days for it."


@pytest.fixture
def submitted(money: None, a_boost: RequestBoost, alice: User) -> Boost:
    return boosts.submit(a_boost(), by=alice)


def test_each_reason_is_about_a_field_of_the_form() -> None:
    fields = BoostForm.base_fields.keys()
    assert {reason.field for reason in reasons.of("boost")} <= {*fields, ""}


def test_a_reason_is_chosen_kept_and_read_at_its_field(
    submitted: Boost, manager: User, alice: User, client_of: ClientOf
) -> None:
    url = reverse("review:review-detail", args=["boost", submitted.pk])
    page = client_of(manager).get(url).content.decode()
    assert page.count('name="codes"') == len(reasons.of("boost"))
    assert "checked" not in page
    form = {
        "version": submitted.version,
        "decision": "send_back",
        "codes": ["budget_too_high", "no_label"],
        "field": "",
    }
    assert client_of(manager).post(url, form).status_code == 302
    submitted.refresh_from_db()
    assert submitted.status == BoostStatus.RETURNED
    assert Decision.objects.about(submitted).get().codes == ["no_label", "budget_too_high"]
    merchant = client_of(alice)
    assert HOW in merchant.get(submitted.get_absolute_url()).content.decode()
    edit = reverse("campaigns:boost-edit", args=[submitted.merchant.code, submitted.pk])
    shown = merchant.get(edit).content.decode()
    at_the_field = shown[shown.index('id="div_id_budget"') : shown.index('id="div_id_days"')]
    assert HOW in at_the_field
    boosts.submit(submitted, by=alice)
    assert HOW in client_of(manager).get(url).content.decode()


def test_a_rejection_tells_its_reason(
    submitted: Boost, manager: User, alice: User, client_of: ClientOf
) -> None:
    decisions.reject(submitted, version=submitted.version, codes=["no_label"], by=manager)
    page = client_of(alice).get(submitted.get_absolute_url()).content.decode()
    assert "The ad label is missing or hard to see" in page


def test_what_is_no_reason_is_none(submitted: Boost, manager: User) -> None:
    with pytest.raises(Refusal, match="Choose reasons from the list"):
        decisions.reject(submitted, version=submitted.version, codes=["<x>"], by=manager)
    assert not Decision.objects.about(submitted).exists()
