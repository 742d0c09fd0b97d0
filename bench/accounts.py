"""What sign-up, login and reset take for addresses that have an account, and for others.

Everything runs as in production but the mail server: real hashes, in a transaction that is taken
back. What differs by more than the noise tells a stranger who has an account.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import django

from bench.measure import cpu_ms, machine

PASSWORD = "correct horse battery staple"


def main(args: list[str]) -> int:
    """Print the medians of known and unknown addresses side by side; exit 1 when there are no
    tables to try it on."""
    parser = argparse.ArgumentParser(prog="python -m bench accounts")
    parser.add_argument("--times", type=int, default=200)
    times = parser.parse_args(args).times
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    django.setup()
    from django.contrib.auth.hashers import make_password
    from django.db import transaction
    from django.test import override_settings

    if not _is_migrated():
        print("The database here is not migrated. Run `make run` or `manage.py migrate` first.")
        return 1
    print(f"{machine()}; {times} tries each, known and unknown by turns; medians in ms", flush=True)
    with override_settings(**_stage()), transaction.atomic():
        # A hash is what takes the time: what is not measured has one for all.
        encoded = make_password(PASSWORD)
        for name, url, form in _acts():
            told = [
                f"{what} known {known:7.1f}   unknown {unknown:7.1f}   {known / unknown:.3f}"
                for what, (known, unknown) in _medians(name, url, form, encoded, times).items()
            ]
            print(f"{name:<8} {'   '.join(told)}", flush=True)
        transaction.set_rollback(True)
    return 0


def _is_migrated() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _stage() -> dict[str, Any]:
    """Mails are kept in memory, nobody is stopped, and pages need no collected files."""
    from django.conf import settings

    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return {
        "ACCOUNT_RATE_LIMITS": False,
        "ALLOWED_HOSTS": ["testserver"],
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}},
        "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
        "SECURE_SSL_REDIRECT": False,
        "STORAGES": {**settings.STORAGES, "staticfiles": static},
    }


def _acts() -> Iterator[tuple[str, str, Callable[[str], dict[str, str]]]]:
    """What a stranger can try, and the form of it for an address."""
    from django.urls import reverse

    twice = {"password1": PASSWORD, "password2": PASSWORD}
    yield "sign-up", reverse("account_signup"), lambda email: {"email": email, **twice}
    yield "login", reverse("account_login"), lambda email: {"login": email, "password": "guess"}
    yield "reset", reverse("account_reset_password"), lambda email: {"email": email}


def _medians(
    name: str, url: str, form: Callable[[str], dict[str, str]], encoded: str, times: int
) -> dict[str, tuple[float, float]]:
    """For known and unknown addresses, in ms; the first try of each is not measured.

    The processors' time is that of this process, with the threads that make its hashes, and of its
    PostgreSQL backend.
    """
    from django.db import connection
    from django.test import Client

    numbers = count()
    backend = connection.connection.info.backend_pid

    def worked_ms() -> float:
        return time.process_time() * 1000 + cpu_ms(backend)

    taken: dict[bool, list[float]] = {True: [], False: []}
    worked: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(times + 1):
        for is_known in taken:
            email = f"{name}-{next(numbers)}@bench.example"
            if is_known:
                _person(email, encoded)
            started, before = time.perf_counter(), worked_ms()
            Client().post(url, form(email))
            taken[is_known].append((time.perf_counter() - started) * 1000)
            worked[is_known].append(worked_ms() - before)
    return {
        what: (statistics.median(found[True][1:]), statistics.median(found[False][1:]))
        for what, found in (("", taken), ("CPU", worked))
    }


def _person(email: str, encoded: str) -> None:
    """Somebody with an account and a proved address, whose password is `encoded` already."""
    from allauth.account.models import EmailAddress

    from portal.accounts.models import User

    user = User.objects.create(email=email, name="Bench", password=encoded)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
