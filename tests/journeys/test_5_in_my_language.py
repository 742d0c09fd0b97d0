"""Everyone chooses a language and a theme, and every page works on a phone, by keyboard."""

from playwright.sync_api import expect

from merchants.companies.models import Merchant
from portal.accounts.models import User
from tests.browser import PHONE, PageOf, accessible, fits


def test_the_language_stays_chosen(page_of: PageOf, alice: User, brand: Merchant) -> None:
    page = page_of(alice)
    page.goto(f"/m/{brand.code}/stores/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Stores")
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("店铺")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    alice.refresh_from_db()
    assert alice.language == "zh-hans"
    page.goto(f"/m/{brand.code}/products/")
    expect(page.get_by_role("heading", level=1)).to_have_text("商品")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Products")


def test_the_dark_stays_dark(page_of: PageOf, alice: User, brand: Merchant) -> None:
    page = page_of(alice)
    page.goto(f"/m/{brand.code}/stores/")
    page.get_by_role("button", name="Dark mode").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    accessible(page)
    page.goto(f"/m/{brand.code}/products/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_a_phone_opens_the_menu_and_goes_somewhere(
    page_of: PageOf, alice: User, brand: Merchant
) -> None:
    page = page_of(alice, language="zh-hans", width=PHONE)
    page.goto(f"/m/{brand.code}/")
    fits(page)
    page.locator(".navbar-toggler").click()
    page.get_by_role("link", name="笔记", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("笔记")
    fits(page)
    accessible(page)


def test_the_keyboard_skips_to_the_content(page_of: PageOf, alice: User, brand: Merchant) -> None:
    page = page_of(alice)
    page.goto(f"/m/{brand.code}/stores/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
