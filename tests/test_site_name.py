"""The site's name is what its operator calls it, wherever people read it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.core.context import request_context
from allauth.mfa.adapter import get_adapter
from django.conf import settings as site_settings
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.accounts.models import User
from portal.ui import errors

NAME = "Red & leaf"
READ = "Red &amp; leaf"


@pytest.fixture(autouse=True)
def named(settings: Any) -> None:
    settings.SITE_NAME = NAME


@pytest.mark.django_db
def test_pages_carry_it(alice: User, client_of: Callable[[User], Client]) -> None:
    pages = [
        client_of(alice).get("/settings/").content.decode(),
        client_of(alice).get("/nothing-here/").content.decode(),
        Client().get(reverse("account_login")).content.decode(),
        Client().get("/l/unknown0").content.decode(),
    ]
    for page in pages:
        assert re.search(rf"<title>.* · {READ}</title>", page, re.S)
        assert f"<span>{READ}</span>" in page
    assert f"{READ} · days and times" in pages[0]


def test_pages_that_need_nothing_of_the_site_carry_it() -> None:
    too_much = Client().post("/settings/", "a" * (2 << 20), content_type="text/plain")
    broken = errors.server_error(RequestFactory().get("/"))
    assert (broken.status_code, too_much.status_code) == (500, 413)
    assert f"<title>500 · {READ}</title>" in broken.content.decode()
    assert f"<title>413 · {READ}</title>" in too_much.content.decode()


def test_apps_of_codes_and_keys_keep_it() -> None:
    with request_context(RequestFactory().get("/")):
        url = get_adapter().build_totp_url(User(email="alice@example.com"), "JBSWY3DPEHPK3PXP")
        key = get_adapter().get_public_key_credential_rp_entity()
    assert "issuer=Red%20%26%20leaf" in url
    assert key == {"id": "testserver", "name": NAME}


def test_no_template_and_no_sentence_names_the_site_itself() -> None:
    house = site_settings.BASE_DIR
    files: list[Path] = [*(house / "templates").rglob("*.*"), *(house / "static").rglob("*.js")]
    read = {str(file): file.read_text() for file in files}
    for catalogue in house.glob("*/**/zh_Hans/LC_MESSAGES/django.po"):
        read[str(catalogue)] = "".join(re.findall(r'^(?:msg|").*', catalogue.read_text(), re.M))
        read[str(catalogue)] = read[str(catalogue)].replace("Project-Id-Version: Notelink", "")
    assert len(read) > 100
    assert [file for file, text in read.items() if "Notelink" in text] == []
