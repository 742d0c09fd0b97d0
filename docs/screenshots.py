"""Pictures of the demo world for the README: `make screenshots` while `make run` is up.

Each is taken in English by day and in Chinese in the dark, signed in as the person who works there.
"""

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

FOLDER = Path(__file__).parent / "screenshots"
HOST, PASSWORD = "notelink.example", "notelink-demo"
SIZE = ViewportSize(width=1200, height=800)
# Name of the picture, who looks, and the page: an address, or the link to follow from home.
VIEWS = (
    ("home", "owner", "/"),
    ("report", "owner", "reports/"),
    ("rule-changes", "admin", "/platform/changes/"),
    ("review", "manager", "/platform/reviews/"),
)
GUISES = {"en": ("en", "light"), "zh": ("zh-hans", "dark")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", default="http://localhost:8000")
    site = parser.parse_args().site.rstrip("/")
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for guise, (language, theme) in GUISES.items():
            for name, person, address in VIEWS:
                page = sign_in(browser, site, person, language, theme)
                page.goto(address if address.startswith("/") else page.url + address)
                page.wait_for_load_state("networkidle")
                page.screenshot(path=FOLDER / f"{name}-{guise}.png")
                page.context.close()


def sign_in(browser: Browser, site: str, person: str, language: str, theme: str) -> Page:
    """A page of `person`'s home, in a language and a theme."""
    context = browser.new_context(base_url=site, viewport=SIZE, locale=language)
    cookies = {"django_language": language, "theme": theme}
    context.add_cookies([{"name": n, "value": v, "url": site} for n, v in cookies.items()])
    page = context.new_page()
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(f"{person}@{HOST}")
    page.locator("[name=password]").fill(PASSWORD)
    with page.expect_navigation():
        page.locator("[name=password]").press("Enter")
    return page


if __name__ == "__main__":
    main()
