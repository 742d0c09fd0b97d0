"""`make check`: everything that must be true of the code before its tests are worth running."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from portal.runtime import places

_BIN = Path(sys.executable).parent
_MANAGE = [sys.executable, "manage.py"]
# No service is behind these; `check --deploy` looks at the settings of a production-like start.
PRODUCTION_LIKE = {
    "ALLOWED_HOSTS": "portal.example",
    "CELERY_BROKER_URL": "rediss://broker.example/0",
    "DATABASE_URL": "postgresql://portal@database.example/portal",
    "EMAIL_URL": "smtps://portal@mail.example",
    "HTTPS": "1",
    "LINK_SIGNING_KEY": "only-to-check-links",
    "WEBHOOK_KEY": "only-to-check-webhooks",
    "SECRET_KEY": "only-to-check-settings-" + "0123456789abcdef" * 3,
    "SITE_NAME": "Portal",
    "SITE_URL": "https://portal.example",
    "USER_HASH_KEY": "only-to-check-user-hashes",
}
_CHECKS: Sequence[tuple[str, Sequence[str], Mapping[str, str]]] = [
    ("ruff check", [str(_BIN / "ruff"), "check", "."], {}),
    ("ruff format", [str(_BIN / "ruff"), "format", "--check", "."], {}),
    ("import-linter", [str(_BIN / "lint-imports")], {}),
    ("djlint", [str(_BIN / "djlint"), "templates", "--lint", "--quiet"], {}),
    ("migrations", [*_MANAGE, "makemigrations", "--check", "--dry-run"], {}),
    ("translations", [*_MANAGE, "translations", "--check"], {}),
    ("settings", [sys.executable, "-m", "portal.runtime.reference", "--check"], {}),
    ("deploy", [*_MANAGE, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION_LIKE),
    ("mypy", [sys.executable, "-m", "mypy", "."], PRODUCTION_LIKE),
]


def main() -> None:
    """Run every check; exit code 1 with the output of those that failed."""
    failed = [name for name, command, variables in _CHECKS if not _passes(name, command, variables)]
    if failed:
        print(f"\nNot ready: {', '.join(failed)}.")
        raise SystemExit(1)


def _passes(name: str, command: Sequence[str], variables: Mapping[str, str]) -> bool:
    since = time.monotonic()
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=places.CHECKOUT,
        env={**os.environ, **variables},
    )
    word = "FAILED" if done.returncode else "ok"
    print(f"{name:<14} {word} ({time.monotonic() - since:.1f} s)", flush=True)
    if done.returncode:
        print(done.stdout, flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    main()
