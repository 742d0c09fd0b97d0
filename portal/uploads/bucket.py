"""Files of the site in a bucket, and what is said when the bucket does not answer."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from storages.backends.s3 import S3Storage

from portal.uploads.away import StoreAway

log = logging.getLogger(__name__)

# Somebody waits for the answer: two attempts, by default five of a minute each.
_CONNECT_SECONDS, _READ_SECONDS, _ATTEMPTS = 2, 10, 2


class BucketStorage(S3Storage):
    """A bucket that raises StoreAway where it does not answer, or refuses us.

    A file is here as a whole before it is given to anybody: an answer that has begun cannot say any
    more that the rest of it does not come.
    """

    def __init__(self, **options: Any) -> None:
        retries = {"total_max_attempts": _ATTEMPTS, "mode": "standard"}
        client_config = Config(
            connect_timeout=_CONNECT_SECONDS, read_timeout=_READ_SECONDS, retries=retries
        )
        super().__init__(**{"client_config": client_config, **options})

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        with _answering():
            opened: File[bytes] = super()._open(name, mode)
            return opened.open() if "r" in mode else opened

    def _save(self, name: str, content: "File[bytes]") -> str:
        with _answering():
            return str(super()._save(name, content))

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        with _answering():
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        """The file goes; nothing happens where there is none."""
        with _answering():
            super().delete(name)

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        """The folders and the files in one."""
        with _answering():
            folders, files = super().listdir(name)
            return folders, files

    def get_modified_time(self, name: str) -> datetime:
        """When the file was written."""
        with _answering():
            modified: datetime = super().get_modified_time(name)
            return modified


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, Boto3Error, ClientError) as error:
        log.warning("The bucket of documents cannot be reached.", exc_info=True)
        raise StoreAway from error
