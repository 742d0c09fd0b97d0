"""Two admins agree, or rule, on the same at once: one of them does, and the other is told."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from merchants.catalogue.models import Category
from portal.accounts import versions
from portal.accounts.models import AuditEntry, User
from portal.refusals import Outdated, Refusal
from reports.sources import refunding, sampling, suspending
from reports.sources.models import Source
from reports.sources.refunds import RefundPeriod
from reports.sources.regimes import Regime
from tests.racing import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sources_stay")]

FIRST, HALF = date(2026, 10, 1), Decimal("0.5")


@pytest.fixture
def admins(admin: User, second_admin: User) -> list[User]:
    return [admin, second_admin]


def test_of_two_who_agree_on_the_same_days_one_is_told_that_there_is_a_regime(
    admins: list[User],
) -> None:
    source = Source.objects.get(code="taobao_tmall")

    def agree(by: User, ratio: Decimal, later: int = 0) -> Regime:
        first = FIRST + timedelta(days=later)
        return sampling.open_regime(
            source, category=None, valid_from=first, valid_to=first, ratio=ratio, by=by
        )

    done, refused = at_once(
        lambda: agree(admins[0], HALF), lambda: agree(admins[1], Decimal("0.25"))
    )
    assert Regime.objects.get() == done[0]
    assert [str(one.message) for one in refused] == [
        "Another regime of this source and category covers some of these days. End it first."
    ]
    # Of days of their own both do.
    assert (
        len(at_once(*(lambda by=by, k=k: agree(by, HALF, k) for k, by in enumerate(admins, 1)))[0])
        == 2
    )


def test_of_two_who_change_what_they_have_read_of_a_regime_one_is_told_what_the_other_did(
    admins: list[User],
) -> None:
    regime = sampling.open_regime(
        Source.objects.get(code="community"), category=None, valid_from=FIRST, valid_to=FIRST,
        ratio=HALF, by=admins[0],
    )  # fmt: skip
    read = versions.of(regime)

    def change(by: User, ratio: str) -> Regime:
        return sampling.change(
            regime, valid_from=FIRST, valid_to=FIRST, ratio=Decimal(ratio), version=read, by=by
        )

    done, refused = at_once(lambda: change(admins[0], "0.25"), lambda: change(admins[1], "0.75"))
    regime.refresh_from_db()
    assert [one.ratio for one in done] == [regime.ratio]
    assert [type(one) for one in refused] == [Outdated]
    assert len(refused[0].changes) == 1


def test_of_two_who_rule_on_returns_of_one_category_one_is_told_what_the_other_did(
    admins: list[User],
) -> None:
    """The twin: who has read nothing, as a program, rules after the other, and both stand."""
    category = Category.objects.get(code="beauty")
    read = versions.of(category)

    def rule(by: User, days: int, version: str | None) -> RefundPeriod:
        return refunding.set_days(category, days=days, reason="Law.", version=version, by=by)

    def both(version: str | None) -> tuple[list[RefundPeriod], list[Any]]:
        return at_once(lambda: rule(admins[0], 7, version), lambda: rule(admins[1], 30, version))

    done, refused = both(read)
    assert [one.pk for one in done] == [one.pk for one in RefundPeriod.objects.all()]
    assert [type(one) for one in refused] == [Outdated]
    assert AuditEntry.objects.filter(verb="category.refund_period_set").count() == 1
    done, refused = both(None)
    assert (len(done), refused) == (2, [])
    moments = RefundPeriod.objects.order_by("pk").values_list("valid_from", flat=True)
    assert sorted(moments) == list(moments)


def test_of_two_who_suspend_the_same_data_one_is_told_of_the_other(admins: list[User]) -> None:
    source = Source.objects.get(code="community")
    done, refused = at_once(
        *(
            lambda by=by: suspending.suspend(
                source, category=None, first_on=FIRST, last_on=None, reason="Asked.", by=by
            )
            for by in admins
        ),
        refusal=Refusal,
    )
    assert (len(done), len(refused)) == (1, 1)
    assert str(done[0]) in refused[0].message
