"""Whoever loses his role while he waits for a row does nothing to it."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from campaigns.funds import verbs as funds
from campaigns.ledger import payments, transfers
from campaigns.ledger.models import Transfer
from merchants.catalogue.models import Category
from merchants.companies import verbs as companies
from merchants.companies.models import Merchant
from merchants.marketplaces.kinds import StoreKind
from merchants.marketplaces.placements import Placement
from merchants.openings.models import OpeningState, Programme
from merchants.rulechanges import verbs as rulechanges
from merchants.rulechanges.models import ChangeStatus, RuleChange
from portal import clock
from portal.accounts.models import PlatformRole, User
from reports.sources import refunding, sampling, suspending
from reports.sources.models import Source
from tests import ruling
from tests.racing import one_after_the_other

pytestmark = pytest.mark.django_db(transaction=True)

PAID: dict[str, Any] = {"amount_fen": 1_000, "reference": "bank-1"}


@pytest.fixture
def proposed(admin: User) -> RuleChange:
    return ruling.propose(
        programme=Programme.objects.get(code="red-cat"),
        category=Category.objects.get(code="beauty"),
        placement=Placement.NOTE_BODY,
        store_kind=StoreKind.TMALL,
        state=OpeningState.OPEN,
        effective_at=clock.now() + timedelta(days=1),
        reason="The agreement.",
        by=admin,
    )


def loses_his_role(person: User, lock: Callable[[], object]) -> Callable[[], object]:
    """Whoever holds the row takes the role away."""

    def act() -> None:
        lock()
        User.objects.filter(pk=person.pk).update(platform_role="")

    return act


def refused(person: User, *, lock: Callable[[], object], act: Callable[[], object]) -> None:
    with pytest.raises(PermissionDenied):
        one_after_the_other(loses_his_role(person, lock), act)


def test_a_rule_is_neither_signed_nor_withdrawn(
    proposed: RuleChange, admin: User, second_admin: User
) -> None:
    def lock() -> RuleChange:
        return RuleChange.locked(proposed.pk)

    refused(
        second_admin,
        lock=lock,
        act=lambda: rulechanges.sign(proposed, version=proposed.version, by=second_admin),
    )
    refused(admin, lock=lock, act=lambda: rulechanges.withdraw(proposed, by=admin))
    proposed.refresh_from_db()
    assert proposed.status == ChangeStatus.PROPOSED


def test_nothing_is_agreed_of_a_source_and_of_refunds(admin: User) -> None:
    source, category = Source.objects.get(code="jd"), Category.objects.get(code="beauty")
    today = clock.today()
    regime = sampling.open_regime(
        source, category=None, valid_from=today, valid_to=None, ratio=Decimal("0.5"), by=admin
    )

    def lock() -> Source:
        return Source.objects.select_for_update(no_key=True).get(pk=source.pk)

    def change() -> object:
        return sampling.change(
            regime, valid_from=today, valid_to=today, ratio=Decimal("0.25"), by=admin
        )

    for act in (
        change,
        lambda: sampling.close(regime, valid_to=today, by=admin),
        lambda: suspending.suspend(
            source, category=None, first_on=today, last_on=None, reason="Broken", by=admin
        ),
    ):
        User.objects.filter(pk=admin.pk).update(platform_role=PlatformRole.ADMIN)
        refused(admin, lock=lock, act=act)
    User.objects.filter(pk=admin.pk).update(platform_role=PlatformRole.ADMIN)
    refused(
        admin,
        lock=lambda: Category.objects.select_for_update(no_key=True).get(pk=category.pk),
        act=lambda: refunding.set_days(category, days=20, reason="Law.", by=admin),
    )
    regime.refresh_from_db()
    assert (regime.ratio, regime.valid_to) == (Decimal("0.5"), None)


def test_a_merchant_is_given_to_nobody(shop: Merchant, admin: User, manager: User) -> None:
    refused(
        admin,
        lock=lambda: Merchant.locked(shop.pk),
        act=lambda: companies.assign(shop, account_manager=None, by=admin),
    )


def test_no_payment_is_written_down(shop: Merchant, admin: User, manager: User) -> None:
    fund = funds.create("spring", name_zh="春", name_en="Spring", by=admin)
    wallet = transfers.wallet_of(shop)
    refused(
        manager,
        lock=lambda: payments.lock(wallet),
        act=lambda: payments.record(shop, **PAID, by=manager),
    )
    refused(
        admin,
        lock=lambda: payments.lock(fund.account),
        act=lambda: funds.pay_in(fund, **PAID, by=admin),
    )
    assert not Transfer.objects.exists()


def test_a_role_that_was_there_when_the_page_was_opened_is_asked_again(
    proposed: RuleChange, admin: User, any_rule: dict[str, Any]
) -> None:
    User.objects.filter(pk=admin.pk).update(platform_role="")
    assert admin.platform_role
    for act in (
        lambda: ruling.propose(**any_rule, by=admin),
        lambda: funds.create("autumn", name_zh="秋", name_en="Autumn", by=admin),
    ):
        with pytest.raises(PermissionDenied):
            act()


@pytest.fixture
def any_rule(proposed: RuleChange) -> dict[str, Any]:
    line = proposed.openings.get()
    names = ("programme", "category", "placement", "store_kind", "state", "effective_at", "reason")
    return {name: getattr(line, name) for name in names}
