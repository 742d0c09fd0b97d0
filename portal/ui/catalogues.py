"""Catalogues of translations: found in the code, kept as .po files, compiled to .mo files.

Every app has its own Chinese catalogue. English is the language of the message ids. No program
besides Python is needed: Django turns templates into what Babel reads.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

LOCALE = "zh_Hans"
# Folders of code whose texts a catalogue holds, besides the app's own folder.
APPS = [
    "portal/accounts", "portal/jobs", "portal/webhooks", "portal/notices", "portal/exports",
    "merchants", "campaigns", "reports", "demo", "portal/ui",
]  # fmt: skip
TEMPLATES = {
    "accounts": "portal/accounts",
    "account": "portal/accounts",
    "allauth": "portal/accounts",
    "mfa": "portal/accounts",
    "jobs": "portal/jobs",
    "webhooks": "portal/webhooks",
    "notices": "portal/notices",
    "exports": "portal/exports",
    "merchants": "merchants",
    "campaigns": "campaigns",
    "reports": "reports",
}
# Texts of libraries that people meet on our pages and in our mails: said in our own Chinese, and
# missed like our own when a new version says something new.
BORROWED = {
    "portal/accounts": [
        "allauth/account", "allauth/mfa", "allauth/templates/account", "allauth/templates/mfa",
        "django/contrib/auth/forms.py", "django/contrib/auth/password_validation.py",
        "django/contrib/auth/validators.py",
    ],
    "portal/ui": [
        "django/core/validators.py", "django/db/models/base.py", "django/db/models/constraints.py",
        "django/forms", "django/template/defaultfilters.py", "django_filters", "django_tables2",
    ],
}  # fmt: skip
# Read by developers or staff of Django's own admin, which the portal does not have.
_BEHIND_THE_SCENES = {"admin.py", "apps.py", "management", "migrations", "tests", "rest_framework"}
KEYWORDS: dict[str, Any] = {
    name: spec
    for names, spec in {
        "_ gettext gettext_lazy gettext_noop": None,
        "ngettext ngettext_lazy": (1, 2),
        "pgettext pgettext_lazy": ((1, "c"), 2),
        "npgettext npgettext_lazy": ((1, "c"), 2, 3),
    }.items()
    for name in names.split()
}
HEADER = """# Simplified Chinese of {app}.
msgid ""
msgstr ""
"Project-Id-Version: Notelink\\n"
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
_TEXTS = {".py", ".html", ".txt"}
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")


@dataclass(frozen=True)
class Complaint:
    """What is wrong with one message of one catalogue."""

    path: Path
    message: str
    problem: str

    def __str__(self) -> str:
        where = self.path.relative_to(settings.BASE_DIR)
        return f"{where}: {self.message!r}: {self.problem}"


def po_path(app: str) -> Path:
    return Path(settings.BASE_DIR, app, "locale", LOCALE, "LC_MESSAGES", "django.po")


def found(app: str) -> Catalog:
    """The messages that the code and the templates of `app` use today."""
    catalogue = Catalog(locale=LOCALE)
    for path in sorted(_sources(app)):
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # Indentation means nothing in a template, but the reader of Python minds it.
            lines = templatize(text, origin=str(path)).splitlines()
            text = "\n".join(line.lstrip() for line in lines)
        extracted: Any = extract_python(
            io.BytesIO(text.encode()), KEYWORDS, (), {"encoding": "utf-8"}
        )
        for _line, function, ids, _comments in extracted:
            _add(catalogue, function, ids)
    return catalogue


def _add(catalogue: Catalog, function: str, ids: Any) -> None:
    parts = [ids] if isinstance(ids, str) else [part for part in ids or [] if part]
    if not parts:
        return
    context = parts.pop(0) if "pgettext" in function else None
    parts = parts[: 2 if "ngettext" in function or "npgettext" in function else 1]
    catalogue.add(tuple(parts) if len(parts) > 1 else parts[0], context=context)


def _sources(app: str) -> Iterator[Path]:
    base = Path(settings.BASE_DIR)
    own = base / app
    folders = [own, *(base / "templates" / name for name, of in TEMPLATES.items() if of == app)]
    others: list[Path] = []
    if app == "portal/ui":
        # The house itself: every room of `portal` that has no catalogue, and the shared templates.
        folders = [base / "portal", base / "templates" / "portal"]
        others = [base / other for other in APPS if other != app]
        yield from (base / "templates").glob("*.html")
    for folder in folders:
        for path in folder.rglob("*"):
            is_ours = not any(path.is_relative_to(other) for other in others)
            is_test = "tests" in path.relative_to(base).parts
            if is_ours and path.suffix in _TEXTS and not is_test:
                yield path
    yield from _borrowed(app)


def _borrowed(app: str) -> Iterator[Path]:
    """Sources of libraries; a template that we have written anew is no longer theirs."""
    for name in BORROWED.get(app, []):
        package, _, inside = name.partition("/")
        at = Path(*import_module(package).__path__) / inside
        for path in [at] if at.is_file() else at.rglob("*"):
            is_told = not _BEHIND_THE_SCENES & set(path.relative_to(at.parent).parts)
            if is_told and path.suffix in _TEXTS and not _written_anew(path):
                yield path


def _written_anew(path: Path) -> bool:
    _, inside, template = path.as_posix().rpartition("/templates/")
    return bool(inside) and Path(settings.BASE_DIR, "templates", template).is_file()


def kept(app: str) -> Catalog:
    """The catalogue as its .po file has it; empty while there is none."""
    path = po_path(app)
    if not path.exists():
        return Catalog(locale=LOCALE)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE)


def update(app: str) -> None:
    """Write the .po file anew: today's messages, with the translations it had."""
    old, new = kept(app), found(app)
    for message in new:
        before = old.get(message.id, context=message.context) if message.id else None
        if before is not None:
            message.string, message.flags = before.string, message.flags | before.flags
    body = io.BytesIO()
    write_po(body, new, no_location=True, omit_header=True, ignore_obsolete=True, width=100)
    path = po_path(app)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER.format(app=app) + body.getvalue().decode().strip() + "\n", "utf-8")


def complaints(app: str) -> Iterator[Complaint]:
    """Every message that is not there, not translated, or translated with other placeholders."""
    path, old = po_path(app), kept(app)
    today = [message for message in found(app) if message.id]
    for message in today:
        text = message.id if isinstance(message.id, str) else message.id[0]
        before = old.get(message.id, context=message.context)
        problem = _problem(before)
        if problem:
            yield Complaint(path, text, problem)
    used = {(message.id, message.context) for message in today}
    for message in old:
        if message.id and (message.id, message.context) not in used:
            yield Complaint(
                path, str(message.id), "is no longer used: run `manage.py translations`"
            )


def disagreements() -> Iterator[Complaint]:
    """Every message that two apps translate differently; people would see the first app's only."""
    said: dict[Any, tuple[str, Any]] = {}
    for app in APPS:
        for message in kept(app):
            if not message.id:
                continue
            first, string = said.setdefault((message.id, message.context), (app, message.string))
            if string != message.string:
                problem = f"is translated otherwise in {first}: agree, or give it a context"
                yield Complaint(po_path(app), texts(message.id)[0], problem)


def _problem(message: Message | None) -> str:
    if message is None:
        return "is not in the catalogue: run `manage.py translations`"
    strings = texts(message.string)
    if not all(strings):
        return "has no Chinese translation"
    if message.fuzzy:
        return "is marked fuzzy"
    ids = texts(message.id)
    if any(_placeholders(text) != _placeholders(ids[-1]) for text in strings):
        return "has other placeholders in Chinese"
    return ""


def texts(of: Any) -> list[str]:
    """The one text of a message, or of its translation, or one per plural form."""
    return [of] if isinstance(of, str) else list(of)


def _placeholders(text: str) -> set[str]:
    return {"".join(match) for match in _PLACEHOLDER.findall(text)}


def stale() -> list[Path]:
    """The .mo files that are not there, or older than their .po files."""
    compiled = {source.with_suffix(".mo"): source for source in map(po_path, APPS)}
    return [
        target
        for target, source in compiled.items()
        if source.exists()
        and not (target.exists() and target.stat().st_mtime >= source.stat().st_mtime)
    ]


def compile_stale() -> list[Path]:
    """Write the .mo files that are older than their .po files; which ones."""
    written = stale()
    for app in APPS:
        target = po_path(app).with_suffix(".mo")
        if target in written:
            with target.open("wb") as file:
                write_mo(file, kept(app))
    return written
