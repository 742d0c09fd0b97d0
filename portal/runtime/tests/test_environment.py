"""A bad environment variable stops the start with a sentence that names it, and code 2."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from portal.runtime import environment
from portal.runtime.environment import Environment

GOOD = {
    "CELERY_BROKER_URL": "memory://",
    "DATABASE_URL": "postgresql://portal@db.example/portal",
    "EMAIL_URL": "smtp://mail.example",
    "LINK_SIGNING_KEY": "l" * 50,
    "WEBHOOK_KEY": "w" * 50,
    "SECRET_KEY": "s" * 50,
    "USER_HASH_KEY": "h" * 50,
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"),
        ("HTTPS", "2"),
        ("LOG_LEVEL", "LOUD"),
        ("LAKE_URL", "/srv/100%/lake"),
        ("PORTAL_VAR", "/srv/[old]/var"),
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("USER_HASH_KEY", ""),
        ("LINK_SIGNING_KEY", ""),
        ("WEBHOOK_KEY", ""),
        ("DATABASE_URL", "mysql://portal@db.example/portal"),
        ("DATABASE_URL", "postgresql://portal@db.example"),
        ("DATABASE_URL", "postgresql://portal@db.example/portal?colour=red"),
        ("CELERY_BROKER_URL", ""),
        ("CELERY_BROKER_URL", "carrier-pigeon://coop"),
        ("CELERY_BROKER_URL", "sentinel://broker.example:26379"),
        ("CELERY_BROKER_URL", "amqp://broker.example"),
        ("SITE_URL", "portal.example"),
        ("LAKE_URL", "s3://"),
        ("LAKE_URL", "s3://bucket/#1"),
        ("LAKE_URL", "s3://bucket/lake/"),
        ("LAKE_URL", "gs://bucket/lake"),
        ("PORTAL_VAR", "s3://bucket/var"),
        ("EMAIL_URL", ""),
        ("EMAIL_URL", "pigeon://coop"),
        ("EMAIL_URL", "smtp://mail.example:post"),
        ("EMAIL_URL", "smtps://"),
        ("CACHE_URL", "memcached://cache.example"),
        ("TRUSTED_PROXIES", "10.0.0.1, proxy.example"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
    ],
)
def test_settings_refuse_a_bad_value_by_name(name: str, value: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import portal.settings"],
        env={"PATH": os.environ["PATH"], **GOOD, name: value},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert name in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "start", [["-c", "import portal.settings"], ["manage.py", "check", "--deploy"]]
)
@pytest.mark.parametrize(("https", "refused"), [("1", True), ("0", False)])
def test_a_site_with_https_always_asks_for_the_second_factor(
    start: list[str], https: str, refused: bool
) -> None:
    done = subprocess.run(
        [sys.executable, *start],
        env={"PATH": os.environ["PATH"], **GOOD, "SECOND_FACTOR": "0", "HTTPS": https},
        capture_output=True,
        text=True,
        cwd=settings.BASE_DIR,
    )
    assert (done.returncode == 2) is refused, done.stderr
    assert ("SECOND_FACTOR=0" in done.stderr) is refused


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "8000.0", "²"])
def test_a_port_is_a_number_of_a_port(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        Environment({"PORT": port}).number("PORT", 8000, least=1, most=65535)
    assert "PORT" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("read", "values"),
    [
        (lambda env: env.site("X", "", schemes=("http", "https")),
         ["https://", "https://:80", "https://a b.example", "https://portal.example:99999",
          "https://portal.example/shop", "https://portal.example?x", "https://me:sesame@a.example"]),
        (lambda env: env.hosts("X", []),
         ["http://a.example", "a.example:80", "a b.example", ",", "a.example;b.example"]),
        (lambda env: env.redis("X", schemes=environment.BROKERS),
         ["redis://", "redis://:sesame@:6379/0", "redis://a.example:port/0", "redis://a.example/first",
          "redis://a.example:99999/0", "redis://a.example/0?colour=red", "redis+socket://",
          "redis+socket://relative", "rediss://:sesame@a.example/0?ssl_cert_reqs=maybe"]),
        (lambda env: env.cache("X"), ["unix://", "redis://a.example/first", "redis://"]),
        (lambda env: env.mail("X"),
         ["file://", "file:mails", f"file://{__file__}", "smtp://a b", "smtps://a.example:99999"]),
        (lambda env: env.sender("X", ""), ["me", "<<", "me@", "@a.example", "me@a.example\nTo: b"]),
        (lambda env: env.database("X"),
         ["postgresql://me@a.example:port/db", "postgresql://me@a.example:99999/db",
          "postgresql://me@a.example/db?sslmode=maybe",
          "postgresql://me@a.example/db?connect_timeout=soon"]),
        (lambda env: env.folder("X", Path("/")), [__file__, f"{__file__}/var", "/" + "x" * 300]),
        (lambda env: env.bind("X", ""), ["0.0.0.0:99999", "localhost:0"]),
        (lambda env: env.engine("X", "duckdb"),
         ["abacus", "spark://", "spark://a.example", "spark://a.example:99999999", "local[2]",
          "spark://a.example:7077/x", "spark://a.example:7077\nb"]),
        (lambda env: env.text("X"), ["Note\nlink", "Note\tlink\r"]),
    ],
)  # fmt: skip
def test_what_cannot_work_is_refused_by_name_in_one_line(
    read: Callable[[Environment], object], values: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for value in values:
        with pytest.raises(SystemExit, match="2"):
            read(Environment({"X": value}))
        said = capsys.readouterr().err
        assert said.startswith("The environment variable X ")
        assert said.count("\n") == 1
        assert "sesame" not in said


@pytest.mark.parametrize(
    ("read", "values"),
    [
        (lambda env: env.site("X", "", schemes=("https",)),
         ["https://portal.example", "https://portal.example:8443/", "https://[::1]:80"]),
        (lambda env: env.hosts("X", []), ["*", ".portal.example", "a.example, 10.0.0.1,[::1]"]),
        (lambda env: env.redis("X", schemes=environment.BROKERS),
         ["redis://a.example", "rediss://me:word@a.example:6379/1?ssl_cert_reqs=required",
          "redis+socket:///run/a%20b/valkey.sock?virtual_host=1", "memory://"]),
        (lambda env: env.engine("X", "duckdb"),
         ["duckdb", "spark://a.example:7077", "spark://[::1]:7077,b.example:7077"]),
        (lambda env: env.mail("X"), ["file:///tmp/not%20yet", "smtp://a.example"]),
        (lambda env: env.sender("X", ""), ["me@a.example", "小红 <me@a.example>"]),
        (lambda env: env.database("X"),
         ["postgresql://me@a.example:5432,b.example:5433/db?sslmode=require",
          "postgresql://portal@/db?host=%2Frun%2Fpostgresql"]),
        (lambda env: env.folder("X", Path("/")), ["/tmp/not yet/made", "/tmp"]),
    ],
)  # fmt: skip
def test_what_can_work_is_taken(read: Callable[[Environment], object], values: list[str]) -> None:
    for value in values:
        assert read(Environment({"X": value}))


def test_secrets_are_made_once_and_closed_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path))
    first = _secret_of_a_start(monkeypatch)
    assert len(first) >= 50
    assert _secret_of_a_start(monkeypatch) == first
    assert {file.stat().st_mode & 0o777 for file in tmp_path.glob("*.secret")} == {0o600}


def _secret_of_a_start(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    environment.fill_for_this_machine()
    return os.environ["SECRET_KEY"]


@pytest.mark.parametrize("place", ["8000", "0.0.0.0", "host:port", "unix:", "http://host:80"])
def test_a_place_to_listen_is_a_host_and_a_port(
    place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        Environment({"WEB_BIND": place}).bind("WEB_BIND", "127.0.0.1:8000")
    assert "WEB_BIND" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("variables", "place"),
    [
        ({}, "127.0.0.1:8000"),
        ({"PORT": "8001"}, "127.0.0.1:8001"),
        ({"WEB_BIND": "0.0.0.0:8002"}, "0.0.0.0:8002"),
        ({"WEB_BIND": "[::1]:8003"}, "[::1]:8003"),
        ({"WEB_BIND": "unix:/run/portal.sock"}, "unix:/run/portal.sock"),
    ],
)
def test_the_web_server_listens_on_the_loopback_address_unless_told(
    variables: dict[str, str], place: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from portal.runtime import web; print(web.bind)"],
        env={"PATH": os.environ["PATH"], **GOOD, **variables},
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == place, done.stderr
