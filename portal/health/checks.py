"""What must be true before the site may start in production: `check --deploy` names what is not.

The start of each process asks the tags it needs, see `portal/runtime/readiness.py`.
"""

import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin
from django.core.checks import CheckMessage, Error, register
from django.core.files.storage import storages
from django.http.request import validate_host

from portal.health.parts import folders
from portal.ui import assets, catalogues

# So many files are named, that they fit a line.
NAMED = 3


@register("catalogues", deploy=True)
def catalogues_are_compiled(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Without its compiled catalogue an app speaks English to Chinese readers."""
    stale = [os.path.relpath(path, settings.BASE_DIR) for path in catalogues.stale()]
    if not stale:
        return []
    return [
        Error(
            f"Catalogues of translations are not compiled: {', '.join(stale)}.",
            hint="Run `python manage.py translations --compile`.",
            id="health.E001",
        )
    ]


@register("static", deploy=True)
def static_files_are_collected(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Without its collected files every page breaks, or has neither style nor script."""
    absent = list(_absent_files())
    if not absent:
        return []
    more = ", ..." if len(absent) > NAMED else ""
    return [
        Error(
            f"Static files are not collected in {settings.STATIC_ROOT}:"
            f" {', '.join(absent[:NAMED])}{more}.",
            hint="Run `npm ci` and `python manage.py collectstatic --noinput`.",
            id="health.E002",
        )
    ]


@register("folders", deploy=True)
def folders_can_be_written(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Without them no click is kept and no file taken, which nobody would hear of at once."""
    return list(_closed_folders())


@register("settings", deploy=True)
def settings_can_work(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Settings that are right one by one and cannot work together, or not in production."""
    return list(_contradictions())


def _contradictions() -> Iterator[CheckMessage]:
    url = urlsplit(settings.SITE_URL)
    if not validate_host(url.hostname or "", settings.ALLOWED_HOSTS):
        yield Error(
            f"SITE_URL names {url.hostname}, which ALLOWED_HOSTS does not: "
            "the links in mails would lead nowhere.",
            id="health.E003",
        )
    if settings.HTTPS and url.scheme != "https":
        yield Error(
            "SITE_URL begins with http:// although HTTPS is 1: set it to the https:// address.",
            id="health.E004",
        )
    if settings.CELERY_BROKER_URL.startswith("memory:"):
        yield Error(
            "CELERY_BROKER_URL is memory://, which no other process hears: no job would be done.",
            id="health.E005",
        )
    secrets = [
        settings.SECRET_KEY,
        settings.USER_HASH_KEY,
        settings.LINK_SIGNING_KEY,
        settings.WEBHOOK_KEY,
    ]
    if len({*secrets}) < len(secrets):
        yield Error(
            "SECRET_KEY, USER_HASH_KEY, LINK_SIGNING_KEY and WEBHOOK_KEY must differ: "
            "whoever learns one would know another.",
            id="health.E006",
        )


def _closed_folders() -> Iterator[CheckMessage]:
    for name, folder in folders().items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
        except OSError as error:
            # A full disk is no mistake of whoever starts: work waits for it, and readers go on.
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                yield Error(
                    f"{name} is {folder}, which cannot be written ({error.strerror}).",
                    hint="Make it writable, or name another folder.",
                    id="health.E007",
                )


def _absent_files() -> Iterator[str]:
    """Files of ours that are not among the collected ones; an older version had fewer."""
    try:
        storage = storages.create_storage(settings.STORAGES["staticfiles"])
    except ValueError:  # its list of files is broken
        yield "staticfiles.json"
        return
    if isinstance(storage, ManifestFilesMixin):
        collected = storage.hashed_files
        for name in _our_files():
            if not (name in collected and storage.exists(collected[name])):
                yield name


def _our_files() -> Iterator[str]:
    for folder in map(Path, settings.STATICFILES_DIRS):
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        yield from (file.relative_to(folder).as_posix() for file in files)
    yield from assets.FILES
