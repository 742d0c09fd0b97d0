"""What environment variables must look like beyond their scheme, so that nonsense stops the start.

Each function raises ValueError with what is wrong, in words that follow a variable's name; none
repeats an address, which may hold a password.
"""

import re
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

_SPARK = re.compile(
    r"spark://" + (place := r"(\[[0-9A-Fa-f:.]+\]|[\w.-]+):[0-9]{1,5}") + f"(,{place})*"
)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f]")
_HOST = re.compile(r"\*|\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?|\[[0-9A-Fa-f:.]+\]")
_BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]{2,62}(/[A-Za-z0-9._-]+)*")
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_MOST_PORT = 65535


def one_line(text: str) -> str:
    """`text`, unless it has a line end or another control character."""
    if _UNSEEN.search(text):
        raise ValueError("must be one line, without control characters")
    return text


def host(word: str) -> str:
    """The name of a host as browsers send it, without scheme and port; `*` for all."""
    if not _HOST.fullmatch(word):
        raise ValueError(f"lists host names such as portal.example, and {word!r} is none")
    return word


def split(url: str) -> SplitResult:
    """An address whose parts can be read."""
    if _UNSEEN.search(url) or " " in url:
        raise ValueError("must be one address, without blanks")
    parts = urlsplit(url)
    try:
        known = parts.port
    except ValueError:
        known = 0
    if known == 0:
        raise ValueError(f"must have a port from 1 to {_MOST_PORT}")
    return parts


def site(url: str) -> str:
    """The address of the site, without what would be lost in front of a path."""
    parts = split(url)
    name = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    if name == "*" or "@" in parts.netloc or not _HOST.fullmatch(name):
        raise ValueError("names no host: write https://portal.example")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("must end with the host: the site has no place below a path")
    return url


def redis(url: str) -> str:
    """A Redis or Valkey: a host and the number of a database, or the path of a socket."""
    parts = split(url)
    if parts.scheme in ("redis+socket", "unix"):
        if parts.netloc.rpartition("@")[2] or not parts.path.strip("/"):
            raise ValueError(f"must be the path of a socket: {parts.scheme}:///run/valkey.sock")
    elif parts.scheme != "memory":
        if not parts.hostname:
            raise ValueError(f"names no server: {parts.scheme}://:password@host/0")
        if parts.path.strip("/") and not parts.path.strip("/").isdecimal():
            raise ValueError("must end with the number of a database, such as /0")
        _can_be_made(url)
    return url


def _can_be_made(url: str) -> None:
    # Imported here: the set-up reads variables before anything is installed.
    from redis import ConnectionPool, RedisError

    try:
        # Nothing is connected: it reads what stands behind the question mark.
        ConnectionPool.from_url(url).make_connection()
    except (RedisError, TypeError, ValueError) as error:
        raise ValueError(f"has a part that no Redis client knows: {error}") from error


def postgres(parts: dict[str, str]) -> None:
    """The parts of a PostgreSQL address that libpq reads only when it connects."""
    for number in (parts.get("port") or "5432").split(","):
        if not (number.isdecimal() and 0 < int(number) <= _MOST_PORT):
            raise ValueError(f"must have a port from 1 to {_MOST_PORT}")
    if parts.get("sslmode", "prefer") not in _SSL_MODES:
        raise ValueError(f"must have one of these for sslmode: {', '.join(_SSL_MODES)}")
    if not parts.get("connect_timeout", "3").isdecimal():
        raise ValueError("must have a number of seconds for connect_timeout")


def mail_folder(url: str) -> str:
    """The path of the folder where mails are written."""
    parts = split(url)
    path = Path(unquote(parts.path))
    if parts.netloc or not path.is_absolute() or (path.exists() and not path.is_dir()):
        raise ValueError("must be the path of a folder: file:///var/mails")
    return str(path)


def sender(text: str) -> str:
    """An address of mail, with or without a name in front."""
    name, at, domain = parseaddr(one_line(text))[1].rpartition("@")
    if not (at and name and domain):
        raise ValueError("must be an address of mail: Notelink <no-reply@portal.example>")
    return text


def engine(text: str) -> str:
    """`duckdb`, or spark:// with the host and port of one master or of several."""
    if text != "duckdb" and not _SPARK.fullmatch(text):
        raise ValueError(f"is {text!r}: it must be duckdb or spark://host:7077")
    return text


def bucket(url: str) -> str:
    """The address of a bucket, with or without a folder in it, without signs that an address would
    have to escape."""
    if not _BUCKET.fullmatch(url):
        raise ValueError("must be a bucket and plain folders in it: s3://notelink/lake")
    return url


def folder(path: Path) -> Path:
    """A folder, or a place where one can be made."""
    try:
        there = next(place for place in (path, *path.parents) if place.exists())
    except OSError as error:
        raise ValueError(f"must be a folder ({error.strerror})") from error
    if not there.is_dir():
        raise ValueError(f"must be a folder, and {there} is a file")
    return path
