"""Environment variables: how they are read, and what the embedded start puts into them."""

import contextlib
import os
import re
import secrets
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from portal.buckets import is_bucket
from portal.runtime import places, shapes
from portal.runtime.refusal import refuse

_YES, _NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
# Each of them is tested with a real worker; memory:// is heard by nobody else, see health.E005.
BROKERS = ("redis", "rediss", "redis+socket", "memory")
_LISTENING = re.compile(r"(\[[0-9a-f:.]+\]|[\w.-]+):[0-9]{1,5}|unix:/.+|fd://[0-9]+")
CACHE_TABLE = "portal_cache"
_Shaped = TypeVar("_Shaped")
# Made once per checkout for the embedded start; a real server brings its own.
_SECRETS = ("SECRET_KEY", "USER_HASH_KEY", "LINK_SIGNING_KEY", "WEBHOOK_KEY")


class Environment:
    """Typed reading of environment variables; a missing or bad one refuses the start by name."""

    def __init__(self, values: Mapping[str, str] = os.environ) -> None:
        self._values = values

    def text(self, name: str, default: str | None = None) -> str:
        """The variable, one line; without a default it must be set and not empty."""
        return _shaped(name, shapes.one_line, self._raw(name, default))

    def _raw(self, name: str, default: str | None) -> str:
        value = self._values.get(name) or default
        if value is None:
            refuse(
                f"The environment variable {name} is not set: docs/settings.md says what it is for."
            )
        return value

    def secret(self, name: str) -> str:
        """A secret of at least 16 characters; it has no default."""
        value = self.text(name)
        if len(value) < 16:
            refuse(f"The environment variable {name} is too short: use 16 characters or more.")
        return value

    def folder(self, name: str, default: Path) -> Path:
        """A folder of this machine or of a disk it shares; not an address."""
        value = self._raw(name, str(default))
        if "://" in value:
            refuse(f"The environment variable {name} is {value!r}: it must be a folder.")
        return _shaped(name, shapes.folder, places.usable(Path(value)))

    def engine(self, name: str, default: str) -> str:
        """`duckdb`, or the address of the masters of a Spark."""
        return _shaped(name, shapes.engine, self.text(name, default))

    def place(self, name: str, default: Path) -> Path | str:
        """A folder as above, or a bucket of an object store: s3://bucket/folder."""
        value = self._raw(name, str(default))
        if is_bucket(value):
            return _shaped(name, shapes.bucket, value)
        return self.folder(name, default)

    def object_store(self) -> dict[str, str]:
        """How buckets are reached, by the names that every tool for them has. What is not set the
        machine has to know: its role gives the keys, and no address is that of the cloud."""
        found = {
            "AWS_REGION": self.text("AWS_REGION", "us-east-1"),
            "AWS_ENDPOINT_URL": self.text("AWS_ENDPOINT_URL", ""),
            "AWS_ACCESS_KEY_ID": self.text("AWS_ACCESS_KEY_ID", ""),
            "AWS_SECRET_ACCESS_KEY": self.text("AWS_SECRET_ACCESS_KEY", ""),
        }
        return {name: value for name, value in found.items() if value}

    def flag(self, name: str, default: bool) -> bool:
        """1, true, yes, on or 0, false, no, off."""
        value = (self._values.get(name) or str(default)).lower()
        if value not in _YES | _NO:
            refuse(f"The environment variable {name} is {value!r}: it must be 1 or 0.")
        return value in _YES

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        """A whole number within bounds."""
        value = self._values.get(name) or str(default)
        if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
            refuse(
                f"The environment variable {name} is {value!r}: it must be from {least} to {most}."
            )
        return int(value)

    def choice(self, name: str, default: str, among: tuple[str, ...]) -> str:
        """One of a few words."""
        value = self._values.get(name) or default
        if value not in among:
            refuse(f"The environment variable {name} is {value!r}: it must be {', '.join(among)}.")
        return value

    def log_level(self) -> str:
        """The least level of lines that are logged."""
        return self.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))

    def words(self, name: str, default: list[str]) -> list[str]:
        """A list, separated by commas."""
        value = self._values.get(name)
        return [word.strip() for word in value.split(",") if word.strip()] if value else default

    def hosts(self, name: str, default: list[str]) -> list[str]:
        """Names of hosts, separated by commas; at least one."""
        found = [_shaped(name, shapes.host, word) for word in self.words(name, default)]
        if not found:
            refuse(f"The environment variable {name} lists no host: portal.example.")
        return found

    def sender(self, name: str, default: str) -> str:
        """The sender of mails: an address, with or without a name in front."""
        return _shaped(name, shapes.sender, self.text(name, default))

    def site(self, name: str, default: str, *, schemes: tuple[str, ...]) -> str:
        """The address of a site, from its scheme to its host or port."""
        return _shaped(name, shapes.site, self.address(name, default, schemes=schemes))

    def redis(self, name: str, *, schemes: tuple[str, ...]) -> str:
        """The address of a Redis or Valkey."""
        return _shaped(name, shapes.redis, self.address(name, schemes=schemes))

    def address(self, name: str, default: str | None = None, *, schemes: tuple[str, ...]) -> str:
        """An address with one of `schemes`."""
        value = self.text(name, default)
        try:
            scheme = urlsplit(value).scheme
        except ValueError:
            scheme = ""
        if scheme not in schemes:
            begins = " or ".join(f"{scheme}://" for scheme in schemes)
            refuse(f"The environment variable {name} must be an address that begins with {begins}.")
        return value

    def networks(self, name: str) -> list[IPv4Network | IPv6Network]:
        """IP addresses and networks, separated by commas; none by default."""
        try:
            return [ip_network(word) for word in self.words(name, [])]
        except ValueError as error:
            refuse(f"The environment variable {name} lists addresses and networks: {error}.")

    def cache(self, name: str) -> dict[str, Any]:
        """Where web workers count together, as Django's setting: the database unless named."""
        if not self._values.get(name):
            return {
                "BACKEND": "django.core.cache.backends.db.DatabaseCache",
                "LOCATION": CACHE_TABLE,
                # More are made room for by forgetting counts; `jobs.sweep_cache` keeps it small.
                "OPTIONS": {"MAX_ENTRIES": 1_000_000},
            }
        url = self.redis(name, schemes=("redis", "rediss", "unix"))
        return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}

    def bind(self, name: str, default: str) -> str:
        """Where a server listens: host:port, unix:/path, or fd:// of a socket it is given."""
        value = self._values.get(name) or default
        port = value.rpartition(":")[2]
        if not _LISTENING.fullmatch(value) or (port.isdecimal() and not 0 < int(port) <= 65535):
            refuse(f"The environment variable {name} is {value!r}: it must be host:port.")
        return value

    def mail(self, name: str) -> dict[str, Any]:
        """Where mails go, as Django's settings: smtp://, smtps:// (TLS) or file:///folder."""
        address = self.address(name, schemes=("smtp", "smtps", "file"))
        url = urlsplit(address)
        if url.scheme == "file":
            backend = "django.core.mail.backends.filebased.EmailBackend"
            place = _shaped(name, shapes.mail_folder, address)
            return {"EMAIL_BACKEND": backend, "EMAIL_FILE_PATH": place}
        try:
            host, port = shapes.split(address).hostname, url.port
        except ValueError:
            host = port = None
        if not host:
            refuse(f"The environment variable {name} names no server: smtps://user:word@host:465.")
        return {
            "EMAIL_HOST": host,
            "EMAIL_PORT": port or (465 if url.scheme == "smtps" else 25),
            "EMAIL_HOST_USER": unquote(url.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
            "EMAIL_USE_SSL": url.scheme == "smtps",
        }

    def database(self, name: str) -> dict[str, Any]:
        """A PostgreSQL address (as libpq reads it) as Django's connection settings."""
        # Imported here: the set-up reads PORT with this class before anything is installed.
        import psycopg
        from psycopg.conninfo import conninfo_to_dict

        url = self.address(name, schemes=("postgresql", "postgres"))
        try:
            parts = conninfo_to_dict(url)
        except psycopg.Error as error:
            refuse(f"The environment variable {name} is not a PostgreSQL address: {error}")
        _shaped(name, shapes.postgres, parts)
        django_names = {
            "dbname": "NAME",
            "user": "USER",
            "password": "PASSWORD",
            "host": "HOST",
            "port": "PORT",
        }
        settings = {
            django_names[key]: str(parts.pop(key)) for key in django_names if parts.get(key)
        }
        if "NAME" not in settings:
            refuse(
                f"The environment variable {name} names no database: postgresql://user@host/database."
            )
        return {"ENGINE": "django.db.backends.postgresql", **settings, "OPTIONS": parts}


def _shaped(name: str, shape: Callable[[Any], _Shaped], value: object) -> _Shaped:
    """The value in its shape; refuses the start where it has none."""
    try:
        return shape(value)
    except ValueError as error:
        refuse(f"The environment variable {name} {error}.")


def fill_for_this_machine() -> None:
    """Set what nobody has set for a start on one machine: secrets, plain HTTP, mails."""
    folder = places.writable(places.var())
    for name in _SECRETS:
        if not os.environ.get(name):
            os.environ[name] = _kept_secret(folder / f"{name.lower()}.secret")
    # The web server of this start listens on the loopback address without a certificate.
    os.environ.setdefault("HTTPS", "0")
    # The people of the demo world have no second factor; with HTTPS it is no demo any more.
    if not Environment().flag("HTTPS", default=True):
        os.environ.setdefault("SECOND_FACTOR", "0")
        # The partners of the demo world are on this machine.
        os.environ.setdefault("WEBHOOK_LOOPBACK", "1")
    # Nor is there a mail server: mails wait as files for whoever tries the site.
    os.environ.setdefault("EMAIL_URL", (folder / "mails").as_uri())


def _kept_secret(file: Path) -> str:
    """The secret in `file`, made on the first call; two processes at once get the same one."""
    if not file.exists():
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "w") as handle:
            handle.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    return file.read_text()
