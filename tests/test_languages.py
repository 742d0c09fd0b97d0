"""Every page of the permission table in Chinese has no English in it, and the other way round.

What stands in the rows of the database is data, which is written as its owner wrote it.
"""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from django.test import Client

from portal import words
from portal.accounts import people
from portal.accounts.models import User
from tests.permission_table import ROWS, Row, address

ClientOf = Callable[[User], Client]

LATIN = re.compile(r"[A-Za-z][A-Za-z_’'-]*[A-Za-z]")
CHINESE = re.compile(r"[\u3400-\u9fff]+")
ADDRESS = re.compile(r"(?:https?://|[\w.+-]+@)[\w.:/%?=&#+-]+|/[\w/.-]*")
# What is written alike in both languages: names, units and kinds of files.
NAMES = {
    "Notelink", "GMV", "ROI", "CPM", "CPC", "CPUV", "ID", "URL", "CSV", "TSV", "XLSX", "JSON",
    "JSONL", "Parquet", "PDF", "JPEG", "PNG", "WebP", "KB", "MB", "GB", "gzip", "zstd", "UTF-8",
    "JavaScript", "QR", "API", "IP", "PIN", "SLA", "VIP", "JD", "MFA", "TOTP", "App",
    # The beginning of what a payment carries.
    "NL",
    # Written in files, as columns and values are called there.
    "user_id", "click_id", "event_id", "revised_at", "true", "false",
    # The beginning of the name of a time zone.
    "Asia",
    # What the label of an advertisement says, in every language.
    "广告",
}  # fmt: skip
_NAME = re.compile("|".join(rf"(?<![A-Za-z_]){name}(?![A-Za-z_])" for name in NAMES))
READ_ALOUD = {"alt", "aria-label", "aria-description", "placeholder", "title"}
# Codes are for programs: a page that shows one shows no name.
CODES = {"category.code", "placement.code", "programme.code", "marketplace.code"}


class _Read(HTMLParser):
    """The texts that a page shows or has read aloud, but for those in another language."""

    VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
    SILENT = {"script", "style", "template", "code"}

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        is_other = tag != "html" and "lang" in named
        silent = tag in self.SILENT or is_other or self._is_silent
        if not silent:
            self.texts += [text for name, text in attrs if name in READ_ALOUD and text]
            if named.get("type") in {"submit", "button"}:
                self.texts.append(named.get("value") or "")
        if tag not in self.VOID:
            self._open.append(silent)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._is_silent:
            self.texts.append(" ".join(data.split()))

    @property
    def _is_silent(self) -> bool:
        return bool(self._open and self._open[-1])


def texts(html: str) -> list[str]:
    reader = _Read()
    reader.feed(html)
    return reader.texts


def data() -> list[str]:
    """What people and programs have written into the rows, the longest first."""
    found: set[str] = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
            if is_text and f"{model._meta.model_name}.{field.name}" not in CODES:
                found |= set(model._base_manager.values_list(field.name, flat=True).distinct())
    return sorted((text for text in found if text and len(text) > 1), key=len, reverse=True)


def strange(text: str, foreign: re.Pattern[str], known: list[str]) -> list[str]:
    """The words of another language in `text` that are neither data nor names."""
    if not foreign.search(text):
        return []
    text = _NAME.sub(" ", ADDRESS.sub(" ", text))
    for one in known:
        text = text.replace(one, " ")
    return foreign.findall(text)


def _pages(
    language: str, world: dict[str, Any], cast: dict[str, User | None], client_of: ClientOf
) -> Iterator[tuple[Row, str]]:
    """Each page that is read, as the first persona gets it who may, and its form sent empty."""
    clients = {who: client_of(user) if user else Client() for who, user in cast.items()}
    headers = {"Accept-Language": language}
    for row in ROWS:
        if row.reader:
            client, url = clients[row.reader], address(row, world) + row.query
            with transaction.atomic():
                answers = [client.get(url, headers=headers), client.post(url, headers=headers)]
                transaction.set_rollback(True)
            for answer in answers:
                if "text/html" in answer.headers.get("Content-Type", ""):
                    yield row, answer.content.decode()


@pytest.mark.parametrize(
    ("language", "foreign"), [(words.CHINESE, LATIN), (words.ENGLISH, CHINESE)]
)
def test_a_page_speaks_one_language(
    language: str,
    foreign: re.Pattern[str],
    world: dict[str, Any],
    cast: dict[str, User | None],
    client_of: ClientOf,
) -> None:
    for user in filter(None, cast.values()):
        people.choose_language(user, language)
    known = [*data(), "Beauty"]
    found = {
        f"{row}: {word} in {text!r}"
        for row, html in _pages(language, world, cast, client_of)
        for text in texts(html)
        for word in strange(text, foreign, known)
    }
    assert not found, "\n".join(sorted(found))
