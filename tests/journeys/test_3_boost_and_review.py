"""A boost is asked for, its money set aside, returned with a reason, corrected and approved."""

from collections.abc import Callable

from playwright.sync_api import expect

from campaigns.boosts.models import Boost
from campaigns.ledger import payments, proof
from campaigns.tests.conftest import put_on_sale
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.notes.models import Note
from portal.accounts.models import User
from tests.journeys.walk import Walk

TOO_DEAR = "预算对一篇新笔记偏高，请先用三天小额测试。"


def test_from_a_request_through_a_return_to_approval(
    walk_as: Callable[[User], Walk],
    alice: User,
    manager: User,
    brand: Merchant,
    note: Note,
    listing: Listing,
) -> None:
    put_on_sale(note)
    payments.record(brand, amount_fen=500_000, reference="ICBC-1", by=manager)
    owner, reviewer = walk_as(alice), walk_as(manager)
    _ask(owner, brand, note)
    _is_held(owner, brand, free="¥2,000.00", held="¥3,000.00")
    _return(reviewer, note)
    _is_held(owner, brand, free="¥5,000.00", held="¥0.00")
    _correct(owner, note)
    _is_held(owner, brand, free="¥4,100.00", held="¥900.00")
    _approve(reviewer, note)
    owner.open(Boost.objects.get().get_absolute_url())
    owner.sees("Scheduled")
    assert not proof.verify().broken


def _ask(owner: Walk, brand: Merchant, note: Note) -> None:
    owner.open(f"/m/{brand.code}/boosts/")
    owner.follow("Boost a note")
    owner.fill(note=note.title, budget="1.005", days="3")
    owner.press("Submit for review")
    owner.sees("An amount in yuan has at most two decimals.")
    expect(owner.field("budget")).to_have_value("1.005")
    owner.fill(budget="100")
    owner.press("Submit for review")
    owner.sees("The budget is at least ¥100.00 a day: ¥300.00 for 3 days.")
    owner.fill(budget="3000", objective="More product clicks")
    owner.press("Submit for review")
    owner.sees("Submitted. Your part of the budget is set aside until the decision.")


def _is_held(owner: Walk, brand: Merchant, *, free: str, held: str) -> None:
    owner.open(f"/m/{brand.code}/wallet/")
    expect(owner.main.get_by_text("Free in the wallet").locator("..")).to_contain_text(free)
    expect(owner.main.get_by_text("Set aside for boosts").locator("..")).to_contain_text(held)


def _return(reviewer: Walk, note: Note) -> None:
    reviewer.open("/platform/reviews/")
    reviewer.follow(note.title)
    reviewer.page.get_by_label("Send back for correction").check()
    reviewer.press("Decide")
    reviewer.sees("Write the reason; others will read it.")
    reviewer.page.get_by_label("Send back for correction").check()
    reviewer.fill(what_has_to_change="Budget", reason=TOO_DEAR)
    reviewer.press("Decide")
    expect(reviewer.main.get_by_role("link", name=note.title)).to_have_count(0)


def _correct(owner: Walk, note: Note) -> None:
    owner.open("/notices/")
    owner.follow(note.title)
    owner.sees(TOO_DEAR)
    owner.follow("Correct it")
    owner.sees("Please change this:")
    owner.fill(budget="900")
    owner.press("Submit for review")
    owner.sees("Submitted. Your part of the budget is set aside until the decision.")


def _approve(reviewer: Walk, note: Note) -> None:
    reviewer.open("/platform/reviews/")
    reviewer.follow(note.title)
    reviewer.sees("¥900.00")
    reviewer.page.get_by_label("Approve").check()
    reviewer.press("Decide")
    reviewer.sees("Nothing waits")
