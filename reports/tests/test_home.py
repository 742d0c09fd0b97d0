from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from campaigns.boosts.models import Boost
from merchants.catalogue.models import Category
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.openings.models import Opening, OpeningApplication
from merchants.rulechanges.models import RuleChange
from merchants.stores.models import Store
from portal import clock
from portal.accounts.models import Role, User
from reports.attribution.models import ReportDay
from reports.pages.home import waiting
from reports.sources.models import Batch, Source
from reports.tests.factory import credit, day, publish
from tests.browser import PHONE, PageOf, accessible, fits


def home(merchant: Merchant) -> str:
    return reverse("reports:home-merchant", args=[merchant.code])


def boost(merchant: Merchant, status: str = "draft") -> Boost:
    """A boost of the merchant's note by its owner."""
    key = uuid4()
    return Boost.objects.create(
        merchant=merchant,
        note=merchant.notes.earliest("pk"),
        external_id=f"b{key.hex}",
        request_key=key,
        objective="reads",
        budget_fen=70_000,
        starts_on=day(0),
        ends_on=day(0),
        status=status,
        submitted_at=clock.now(),
        created_by=merchant.team.members.get(memberships__role="owner"),
    )


def test_everyone_is_sent_to_their_own_place(
    client_of: Any, alice: User, bob: User, manager: User, admin: User, shop: Merchant
) -> None:
    assert client_of(alice).get("/").url == home(shop)
    assert client_of(bob).get("/").url == home(shop)
    assert client_of(manager).get("/").url == "/platform/"
    assert client_of(admin).get("/").url == "/platform/"


def test_someone_without_a_merchant_is_asked_to_register_one(client_of: Any, alice: User) -> None:
    assert client_of(alice).get("/").url == reverse("merchants:merchant-new")


def test_every_page_leads_to_the_homes_of_ones_other_merchants(
    client_of: Any, alice: User, shop: Merchant, rival: Merchant
) -> None:
    page = reverse("merchants:store-list", args=[shop.code])
    assert home(rival) not in client_of(alice).get(page).content.decode()
    rival.team.memberships.create(user=alice, role=Role.ANALYST)
    assert home(rival) in client_of(alice).get(page).content.decode()


def test_the_last_days_are_told_in_numbers(
    client_of: Any, alice: User, shop: Merchant, sunscreen: Listing
) -> None:
    (yesterday,) = publish(shop, day(1))
    credit(yesterday, sunscreen, "order", value_fen=12_345)
    page = client_of(alice).get(home(shop)).content.decode()
    assert "¥123.45" in page


def alerts(client: Client, merchant: Merchant) -> list[tuple[str, str]]:
    """What the home page warns of, and where each warning leads."""
    return [(alert.text, alert.url) for alert in client.get(home(merchant)).context["alerts"]]


def test_what_was_refused_or_sent_back_is_an_alert_until_it_is_mended(
    client_of: Any,
    alice: User,
    shop: Merchant,
    tmall_store: Store,
    approval: OpeningApplication,
) -> None:
    asked, client = boost(shop), client_of(alice)
    assert alerts(client, shop) == []
    Boost.objects.update(status="returned")
    Store.objects.filter(pk=tmall_store.pk).update(status="rejected")
    OpeningApplication.objects.update(status="returned")
    assert alerts(client, shop) == [
        (
            f"The boost of “{asked.note}” was returned. Correct it and submit it again.",
            asked.get_absolute_url(),
        ),
        (
            f"The store “{tmall_store}” was not accepted.",
            reverse("merchants:store-detail", args=[shop.code, tmall_store.pk]),
        ),
        (
            f"Your application for {approval.category} was returned.",
            reverse("merchants:application-detail", args=[shop.code, approval.pk]),
        ),
    ]


def test_the_newest_five_of_a_kind_are_alerts(
    client_of: Any,
    alice: User,
    shop: Merchant,
    approval: OpeningApplication,
    django_assert_num_queries: Any,
) -> None:
    boosts = [boost(shop, "returned") for _ in range(6)]
    rejected = [
        Store.objects.create(
            merchant=shop, kind="jd", name="JD", external_id=f"{number}", status="rejected",
            url="https://mall.jd.com/index-1.html",
        )
        for number in range(6)
    ]  # fmt: skip
    returned = [
        OpeningApplication.objects.create(
            merchant=shop, programme=approval.programme, category=category, status="returned",
            submitted_at=clock.now(),
        )
        for category in Category.objects.exclude(code="beauty")[:6]
    ]  # fmt: skip
    newest = [
        *(one.get_absolute_url() for one in reversed(boosts[1:])),
        *(f"/m/{shop.code}/stores/{one.pk}/" for one in reversed(rejected[1:])),
        *(f"/m/{shop.code}/applications/{one.pk}/" for one in reversed(returned[1:])),
    ]
    assert len(newest) == 15
    assert [url for _text, url in alerts(client_of(alice), shop)] == newest
    # One query for each kind, however many alerts it has, and one for the days.
    with django_assert_num_queries(3 + 1):
        waiting.alerts(shop)


def test_days_whose_numbers_are_out_of_date_are_counted_and_up_to_date_ones_are_not(
    client_of: Any, alice: User, shop: Merchant, rival: Merchant
) -> None:
    publish(shop, day(1), day(2), day(3))
    publish(rival, day(1), stale_at=clock.now())
    client = client_of(alice)
    assert alerts(client, shop) == []
    ReportDay.objects.filter(merchant=shop, on__in=[day(1), day(2)]).update(stale_at=clock.now())
    [(text, url)] = alerts(client, shop)
    assert text.startswith("Newer events arrived for 2 report days")
    assert url == reverse("reports:report-detail", args=[shop.code])
    ReportDay.objects.filter(on=day(1)).update(superseded_at=clock.now())
    [(text, _url)] = alerts(client, shop)
    assert text.startswith("Newer events arrived for 1 report days")


def tasks(client: Client) -> dict[str, int]:
    """What waits for a person of the platform: how many under which address."""
    return {task.url: task.count for task in client.get("/platform/").context["tasks"]}


MERCHANTS = "/platform/reviews/?kind=merchant"
STORES = "/platform/reviews/?kind=store"
OPENINGS = "/platform/reviews/?kind=rulechange"
FEEDS = "/platform/reviews/?kind=feed"
APPLICATIONS = "/platform/reviews/?kind=application"
REVIEWS = "/platform/reviews/?kind=boost"
PAYMENTS = "/platform/reviews/?kind=payment"
TOP_UPS = "/platform/reviews/?kind=top-up"
FILES = "/platform/batches/"
REFUNDS = "/platform/reviews/?kind=refund"
UNPLACED = "/platform/sources/unplaced/"


def test_an_admin_and_a_manager_are_shown_the_work_of_their_role(
    client_of: Any, admin: User, manager: User
) -> None:
    assert list(tasks(client_of(admin))) == [
        MERCHANTS, STORES, FEEDS, OPENINGS, APPLICATIONS, TOP_UPS, FILES, UNPLACED,
    ]  # fmt: skip
    assert list(tasks(client_of(manager))) == [REVIEWS, PAYMENTS, REFUNDS, UNPLACED]
    shown = client_of(admin).get("/platform/").context["tasks"]
    assert [task.text for task in shown] == [
        "Merchants to verify",
        "Stores to verify",
        "Note feeds to connect",
        "Rule changes to sign",
        "Applications to decide",
        "Payments into funds to sign",
        "Data files that were refused",
        "Ids in events that belong nowhere",
    ]
    shown = client_of(manager).get("/platform/").context["tasks"]
    assert [task.text for task in shown] == [
        "Boosts to review",
        "Payments to sign",
        "Refunds of balance to check",
        "Ids in events that belong nowhere",
    ]


def test_what_waits_is_counted_and_what_was_decided_is_not(
    client_of: Any,
    admin: User,
    manager: User,
    shop: Merchant,
    approval: OpeningApplication,
) -> None:
    boost(shop)
    source = Source.objects.get(code="community")
    Batch.objects.create(source=source, file_name="a.csv", bytes=1, state="committed")
    assert set(tasks(client_of(admin)).values()) == {0}
    assert tasks(client_of(manager)) == {REVIEWS: 0, PAYMENTS: 0, REFUNDS: 0, UNPLACED: 0}
    Merchant.objects.update(status="submitted", submitted_at=clock.now())
    Store.objects.filter(kind="tmall").update(status="verifying")
    OpeningApplication.objects.update(status="submitted")
    Batch.objects.update(state="failed")
    Boost.objects.update(status="submitted", submitted_at=clock.now())
    assert tasks(client_of(admin)) == {
        MERCHANTS: 1, STORES: 1, FEEDS: 0, OPENINGS: 0, APPLICATIONS: 1, TOP_UPS: 0, FILES: 1,
        UNPLACED: 0,
    }  # fmt: skip
    assert tasks(client_of(manager)) == {REVIEWS: 1, PAYMENTS: 0, REFUNDS: 0, UNPLACED: 0}


def test_a_rule_waits_for_the_other_admin_and_not_for_its_author(
    client_of: Any, admin: User, second_admin: User, opening: Opening
) -> None:
    assert tasks(client_of(second_admin))[OPENINGS] == 0
    nothing = {"approver": None, "signed_at": None, "needs": None}
    RuleChange.objects.update(status="proposed", **nothing)
    assert tasks(client_of(second_admin))[OPENINGS] == 1
    assert tasks(client_of(admin))[OPENINGS] == 0


def test_the_platform_sees_the_newest_merchants_first(
    client_of: Any, admin: User, shop: Merchant, rival: Merchant
) -> None:
    page = client_of(admin).get("/platform/")
    assert list(page.context["merchants"]) == [rival, shop]


def test_home_works_for_everyone(page_of: PageOf, alice: User, shop: Merchant) -> None:
    publish(shop, *(day(ago) for ago in range(1, 31)))
    page = page_of(alice, width=PHONE)
    page.goto(home(shop))
    accessible(page)
    fits(page)


def test_an_admin_is_told_of_merchants_whom_nobody_looks_after(
    client_of: Any, admin: User, manager: User, shop: Merchant, rival: Merchant
) -> None:
    def alone() -> int:
        tasks = client_of(admin).get("/platform/").context["tasks"]
        counts = (task.count for task in tasks if "without an account manager" in task.text)
        return next(counts, 0)

    assert alone() == 0
    Merchant.objects.filter(pk=rival.pk).update(account_manager=None)
    assert alone() == 1
    listed = client_of(admin).get("/platform/merchants/", {"care": "nobody"})
    assert [row.record for row in listed.context["table"].rows] == [rival]
    User.objects.filter(pk=manager.pk).update(is_active=False)
    assert alone() == 2
