"""A real browser for tests: Debian's Chromium, driven by Playwright, watched for errors.

Its shell without windows takes a fifth less of the processor, and is used where it is installed.

`page_of(alice)` opens a page in which Alice is signed in; `page_of(None)` one without a login.
Every page fails its test when the browser reports a script error or a breach of the content
security policy. `accessible(page)` asserts that axe finds nothing.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.http import FileResponse, HttpRequest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, Playwright

from portal.accounts.models import User

# Playwright runs an event loop in the test's thread, and Django would refuse queries beside one.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

AXE = Path(django_settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No process is kept in reserve for a next site: at every page one would be started and ended.
    "--renderer-process-limit=1",
]
INSTALL = "No Chromium found. Install it with: apt-get install chromium fonts-noto-cjk"
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser")
PHONE, DESKTOP = 360, 1280


class PageOf(Protocol):
    def __call__(
        self, user: User | None, *, language: str = "en", theme: str = "light", width: int = DESKTOP
    ) -> Page: ...


def accessible(page: Page) -> None:
    """Assert that axe finds no violation on the page as it is now."""
    page.add_script_tag(url=f"/static/{AXE.name}")
    # Of what is well it need not say where.
    ask = "axe.run({resultTypes: ['violations']})"
    found = page.evaluate(f"async () => (await {ask}).violations")
    assert not found, "\n".join(
        f"{one['id']}: {one['help']}\n  " + "\n  ".join(node["html"] for node in one["nodes"])
        for one in found
    )


def fits(page: Page) -> None:
    """Assert that the page does not scroll sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than the window"


@pytest.fixture(scope="session")
def playwright(django_db_setup: None, playwright: Playwright) -> Iterator[Playwright]:
    """Playwright, whose event loop gives the test's thread a second connection to the database:
    it ends with the loop, or the database could not be removed."""
    yield playwright
    connections.close_all()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the system's Chromium; without one, browser tests are skipped."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not found:
        pytest.skip(INSTALL)
    return {**browser_type_launch_args, "executable_path": found, "args": FLAGS}


@pytest.fixture(scope="session")
def kept_files() -> Iterator[None]:
    """Static files are kept by the browser, as in production, and axe is one of them: it is sent,
    read and compiled once in a window, and not at every page."""
    plain = StaticFilesHandler.serve

    def serve(handler: StaticFilesHandler, request: HttpRequest) -> Any:
        is_axe = handler.file_path(request.path) == AXE.name
        answer = FileResponse(AXE.open("rb")) if is_axe else plain(handler, request)
        answer["Cache-Control"] = "max-age=3600"
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", serve)
        yield


@pytest.fixture
def page_of(
    new_context: Callable[..., BrowserContext],
    kept_files: None,
    live_server: Any,
    client_of: Callable[[User], Client],
) -> Iterator[PageOf]:
    complaints: list[str] = []

    def open_page(
        user: User | None, *, language: str = "en", theme: str = "light", width: int = DESKTOP
    ) -> Page:
        context = new_context(
            base_url=live_server.url,
            locale="zh-CN" if language == "zh-hans" else "en-US",
            viewport={"width": width, "height": 900},
        )
        cookies = {"theme": theme, django_settings.LANGUAGE_COOKIE_NAME: language}
        if user is not None:
            name = django_settings.SESSION_COOKIE_NAME
            cookies[name] = client_of(user).cookies[name].value
        context.add_cookies(
            [
                {"name": name, "value": value, "url": live_server.url}
                for name, value in cookies.items()
            ]
        )
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: _note(line, complaints))
        return page

    yield open_page
    assert not complaints, complaints


# What browser and htmx write down about an answer that is none; the page has told the person.
NO_ANSWER = ("Failed to load resource", "Response Status Error Code", "htmx:")


def _note(line: Any, complaints: list[str]) -> None:
    if line.type == "error" and not line.text.startswith(NO_ANSWER):
        complaints.append(line.text)
