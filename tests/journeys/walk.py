"""A person who walks through the portal, and looks at every page twice.

The walk itself is in English on a desktop. Each page it comes to is also opened in Chinese, in the
dark and 360 px wide. Both are held against axe.
"""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from portal.accounts.models import User
from tests.browser import PHONE, PageOf, accessible, fits


class Walk:
    """`page` is where the person is now; `phone` shows the same address in the other guise."""

    def __init__(self, page_of: PageOf, user: User) -> None:
        self.page: Page = page_of(user)
        self.phone: Page = page_of(user, language="zh-hans", theme="dark", width=PHONE)

    def open(self, path: str) -> None:
        self.page.goto(path)
        self.look()

    def look(self) -> None:
        """Hold the page as it is now against axe, and its other guise too."""
        accessible(self.page)
        self.phone.goto(self.page.url)
        accessible(self.phone)
        fits(self.phone)

    def follow(self, name: str) -> None:
        """Click the link with this name in the page's content."""
        with self.page.expect_navigation():
            self.main.get_by_role("link", name=name).first.click()
        self.look()

    def press(self, name: str, *, until: str = "") -> None:
        """Press a button; with `until`, wait for a job to end and its page to say so."""
        with self.page.expect_navigation():
            self.main.get_by_role("button", name=name, exact=True).click()
        if until:
            expect(self.main.get_by_text(until)).to_be_visible(timeout=30_000)
        self.look()

    def fill(self, **typed: str) -> None:
        """Fill the fields of the form by their labels: `store_id="1"` is the field "Store id"."""
        for name, value in typed.items():
            field = self.field(name)
            if field.evaluate("element => element.tagName") == "SELECT":
                field.select_option(label=value)
            elif field.get_attribute("type") == "search":
                with self.page.expect_response(lambda answer: "seek=" in answer.url):
                    field.fill(value.partition(" · ")[0])
                field.locator("..").get_by_role("radio", name=value).first.check()
            else:
                field.fill(value)

    def field(self, name: str) -> Locator:
        label = re.compile(rf"^\s*{name.replace('_', ' ')}", re.IGNORECASE)
        return self.main.get_by_label(label)

    def attach(self, name: str, file: Path) -> None:
        self.field(name).set_input_files(file)

    def sees(self, text: str) -> None:
        expect(self.main.get_by_text(text).filter(visible=True).first).to_be_visible()

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")
