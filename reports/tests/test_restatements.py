"""A finished day whose numbers change: what they were, what they are, and why."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from merchants.listings.models import Listing
from merchants.stores import verbs as stores
from merchants.stores.models import Store, StoreStatus
from portal import clock
from portal.accounts.models import User
from portal.notices.models import Notice
from reports.answers.caveat_values import restatement
from reports.attribution.code import code_version
from reports.attribution.models import ReportDay
from reports.attribution.restatements import Cause, Restatement, RestatementQuerySet
from reports.attribution.tests.conftest import Take, sold, take
from reports.attribution.tests.steps import LAST, attribute, order, touch
from reports.sources.models import Batch
from reports.tests.factory import publish
from reports.tests.test_as_of import printed

pytestmark = pytest.mark.django_db
__all__ = ["sold", "take"]
TODAY = clock.today()


def changes(listing: Listing) -> RestatementQuerySet:
    return Restatement.objects.filter(merchant=listing.merchant)


def test_a_late_order_restates_its_finished_day(sold: Listing, take: Take) -> None:
    attribute(LAST - timedelta(days=3), TODAY)
    assert not changes(sold).exists()
    batch = take("taobao_tmall", order("c2", sold, value_fen=50))
    attribute(LAST - timedelta(days=3), TODAY)
    change = changes(sold).get()
    assert (change.on, change.batch, change.act) == (LAST, batch, "")
    old = {
        "credited_micro": 1_000_000, "credited_fen": 100, "orders": 1, "orders_fen": 100,
        "touches": 0,
    }  # fmt: skip
    assert change.old == old
    assert change.new == {
        **old, "credited_micro": 2_000_000, "credited_fen": 150, "orders": 2, "orders_fen": 150,
    }  # fmt: skip
    shown = ReportDay.objects.filter(merchant=sold.merchant, on=LAST)
    assert change.is_day == shown.current().get().pk
    assert change.was_day == shown.exclude(superseded_at=None).get().pk


def test_what_is_equal_or_not_over_is_not_restated(sold: Listing, take: Take) -> None:
    attribute(LAST, TODAY)
    take("taobao_tmall", order("now", sold, occurred_at=clock.now().isoformat()))
    attribute(LAST, TODAY)
    assert ReportDay.objects.current().get(merchant=sold.merchant, on=TODAY)
    assert not changes(sold).exists()


def test_an_act_is_a_reason_and_so_is_code(sold: Listing, admin: User) -> None:
    store = sold.product.store
    Store.objects.filter(pk=store.pk).update(status=StoreStatus.VERIFYING)
    attribute()
    store.refresh_from_db()
    stores.verify(store, version=store.version, by=admin)
    attribute()
    by_act = changes(sold).get()
    assert (by_act.act, by_act.batch, by_act.new["orders"]) == ("store.verified", None, 1)
    assert by_act.reason == "Store verified"
    # Nobody told of it: as if other code computed it.
    sold.periods.update(live_from=clock.start_of(LAST + timedelta(days=1)))
    attribute()
    by_code = changes(sold).order_by("-pk")[0]
    assert (by_code.act, by_code.batch, by_code.new["credited_micro"]) == ("", None, 0)
    assert by_code.reason == "The way of computing changed"
    assert [one.cause for one in (by_act, by_code)] == [Cause.ACT, Cause.CODE]
    told = restatement(by_code)
    assert (told["reason"], told["code_version"]) == ("code", code_version())
    assert told["difference"]["credited_micro"] == -1_000_000


@pytest.mark.parametrize(("value_fen", "is_told"), [(1, False), (2, True)])
def test_more_than_a_hundredth_is_told(
    sold: Listing, take: Take, alice: User, value_fen: int, is_told: bool
) -> None:
    Restatement.objects.all().delete()
    take("taobao_tmall", *(order(f"many{k}", sold, value_fen=100) for k in range(99)))
    attribute()
    Notice.objects.all().delete()
    take("taobao_tmall", order("c1", sold, value_fen=100 + 100 * value_fen))
    attribute()
    assert changes(sold).get().is_large == is_told
    assert Notice.objects.filter(user=alice).exists() == is_told


def test_the_page_says_what_changed_and_why(
    sold: Listing, take: Take, client_of: Callable[[User], Client], alice: User
) -> None:
    client = client_of(alice)
    report = f"/m/{sold.merchant.code}/reports/"
    take("community", touch("t0", sold, days_ago=0, user_id="somebody"))
    attribute(LAST, TODAY)
    link = f"{report}changes/".encode()
    assert link not in client.get(report).content
    batch = take("taobao_tmall", order("c2", sold, value_fen=50))
    Batch.objects.filter(pk=batch.pk).update(file_name="of-somebody-else.csv")
    attribute(LAST, TODAY)
    assert link in client.get(report).content
    page = client.get(f"{report}changes/").content.decode()
    assert "¥1.50" in page
    assert "before: ¥1.00, difference +¥0.50" in page
    assert f"Data of {batch.source.name}" in page
    assert "of-somebody-else" not in page
    Batch.objects.filter(pk=batch.pk).update(merchant=sold.merchant)
    assert "of-somebody-else" in client.get(f"{report}changes/").content.decode()
    [told] = json.loads(printed(sold, "json"))["restated"]
    assert (told["on"], told["batch"], told["new"]["orders"]) == (str(LAST), batch.pk, 2)
    assert (told["reason"], told["difference"]["orders_fen"]) == ("batch", 50)


def test_the_mark_goes_with_its_ground(
    sold: Listing, take: Take, client_of: Callable[[User], Client], alice: User
) -> None:
    """The twin: without what changed, no page says that a day was restated."""
    publish(sold.merchant, LAST)
    take("taobao_tmall", order("c2", sold, value_fen=50))
    attribute(LAST, TODAY)
    report = f"/m/{sold.merchant.code}/reports/"
    assert "restated" in client_of(alice).get(report).content.decode()
    Restatement.objects.all().delete()
    assert "restated" not in client_of(alice).get(report).content.decode()
