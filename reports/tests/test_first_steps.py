"""The checklist of a new merchant, on its home."""

from typing import Any

from django.test import Client

from campaigns.ledger import payments
from merchants.companies import verbs as merchants
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.notes import feed_requests
from merchants.notes.models import Note
from merchants.stores import verbs as stores
from merchants.stores.models import Store
from portal import words
from portal.accounts.models import Membership, Role, User
from reports.tests.test_home import boost, home

NO_FEED = "Ask for the community's feed; then your notes appear here by themselves."


def test_a_new_merchant_meets_a_checklist(client_of: Any, alice: User, shop: Merchant) -> None:
    page = client_of(alice).get(home(shop)).content.decode()
    assert "Your way to the first boost" in page
    assert "These days have no numbers yet" in page


def steps(client: Client, merchant: Merchant) -> list[bool]:
    """Which of the first steps are done, in their order."""
    return [step.is_done for step in client.get(home(merchant)).context["steps"]]


def test_each_first_step_is_ticked_when_it_is_done_and_not_before(
    client_of: Any, charlie: User, admin: User, manager: User
) -> None:
    merchant = merchants.register(name="Glow", credit_code="91350100M000100Y43", by=charlie)
    client = client_of(charlie)
    assert steps(client, merchant) == [False] * 7
    merchants.submit(merchant, by=charlie)
    assert steps(client, merchant) == [False] * 7
    merchant.refresh_from_db()
    merchants.verify(merchant, version=merchant.version, account_manager=manager, by=admin)
    assert steps(client, merchant) == [True] + [False] * 6
    store = stores.register(
        merchant, kind="in_app", name="Glow", external_id="glow", url="", by=charlie
    )
    assert steps(client, merchant) == [True] + [False] * 6
    stores.verify(store, version=store.version, by=admin)
    assert steps(client, merchant) == [True, True] + [False] * 5


def test_the_last_steps_are_a_product_a_published_listing_and_a_boost(
    client_of: Any, alice: User, shop: Merchant, listing: Listing
) -> None:
    client = client_of(alice)
    assert steps(client, shop) == [True, True, True, True, False, False, False, False]
    Listing.objects.update(status="live")
    assert steps(client, shop) == [True, True, True, True, False, True, False, False]


def test_a_merchant_that_has_done_all_of_it_meets_no_checklist(
    client_of: Any, alice: User, manager: User, shop: Merchant, live_listing: Listing
) -> None:
    boost(shop)
    payments.record(shop, amount_fen=100, reference="x", by=manager)
    page = client_of(alice).get(home(shop))
    assert page.context["steps"] == []
    assert "Your way to the first boost" not in page.content.decode()


def test_a_step_leads_to_the_page_where_it_is_done(
    client_of: Any, alice: User, shop: Merchant
) -> None:
    client = client_of(alice)
    shown = [(step.text, step.url) for step in client.get(home(shop)).context["steps"]]
    here = f"/m/{shop.code}"
    assert shown == [
        ("Have your company verified", f"{here}/company/"),
        ("Register a store and have it verified", f"{here}/stores/"),
        ("Add a product, for example by pasting its address", f"{here}/products/"),
        ("Have a published note", f"{here}/notes/"),
        ("Apply for your category, to link outside", f"{here}/applications/"),
        ("Link a product to a note and publish the listing", f"{here}/listings/"),
        ("Put money into your wallet", f"{here}/wallet/"),
        ("Boost a note", f"{here}/boosts/"),
    ]


def shown(client: Client, merchant: Merchant) -> dict[str, Any]:
    return {step.url.split("/")[-2]: step for step in client.get(home(merchant)).context["steps"]}


def test_a_step_says_who_acts_and_by_when_and_why_it_came_back(
    client_of: Any, charlie: User, admin: User
) -> None:
    merchant = merchants.register(name="Glow", credit_code="91350100M000100Y43", by=charlie)
    client = client_of(charlie)
    company = shown(client, merchant)["company"]
    assert (company.state, company.said, company.is_next) == ("to_do", "", True)
    merchant = merchants.submit(merchant, by=charlie)
    company = shown(client, merchant)["company"]
    assert (company.state, company.is_next) == ("waiting", False)
    assert words.instant(merchant.due_at) in company.said
    merchants.send_back(merchant, version=merchant.version, reason="Scan is cut.", by=admin)
    company = shown(client, merchant)["company"]
    assert (company.state, company.said, company.is_next) == ("sent_back", "Scan is cut.", True)
    page = client.get(home(merchant)).content.decode()
    assert "Sent back to you" in page
    assert "Scan is cut." in page


def test_the_step_of_the_first_note_follows_the_request_for_the_feed(
    client_of: Any, alice: User, admin: User, shop: Merchant
) -> None:
    Note.objects.all().delete()
    client = client_of(alice)

    def step() -> tuple[str, str]:
        notes = shown(client, shop)["notes"]
        return notes.state, notes.said

    assert step() == ("to_do", NO_FEED)
    asked, _is_new = feed_requests.ask(shop, account_name="Alice", by=alice)
    state, said = step()
    assert state == "waiting"
    assert words.instant(asked.due_at) in said
    feed_requests.withdraw(asked, by=alice)
    assert step() == ("to_do", NO_FEED)
    asked, _is_new = feed_requests.ask(shop, account_name="Alice", by=alice)
    feed_requests.reject(asked, version=asked.version, reason="Not yours.", by=admin)
    assert step() == ("sent_back", "Not yours.")
    asked, _is_new = feed_requests.ask(shop, account_name="Alice", by=alice)
    feed_requests.approve(asked, version=asked.version, by=admin)
    assert step() == ("to_do", "Publish it in the community; it appears here by itself.")


def test_one_step_is_the_next(client_of: Any, alice: User, shop: Merchant) -> None:
    steps_shown = client_of(alice).get(home(shop)).context["steps"]
    assert [step.text for step in steps_shown if step.is_next] == [
        "Apply for your category, to link outside"
    ]


def test_money_that_waits_for_a_signature_is_with_the_platform(
    client_of: Any, alice: User, manager: User, shop: Merchant
) -> None:
    payments.record(shop, amount_fen=6_000_000, reference="big", by=manager)
    assert shown(client_of(alice), shop)["wallet"].state == "waiting"


def test_who_sells_in_the_community_alone_needs_no_opening(
    client_of: Any, alice: User, shop: Merchant, tmall_store: Store
) -> None:
    tmall_store.products.all().delete()
    tmall_store.delete()
    assert "applications" not in shown(client_of(alice), shop)


def test_who_may_not_see_the_wallet_is_not_led_there(
    client_of: Any, alice: User, ana: User, shop: Merchant
) -> None:
    Membership.objects.create(team=shop.team, user=ana, role=Role.ANALYST)
    urls = [step.url for step in client_of(ana).get(home(shop)).context["steps"]]
    assert "" in urls
    assert f"/m/{shop.code}/wallet/" not in urls
