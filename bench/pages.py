"""Server time, queries and memory of every page, in the demo world or in one made to be large.

The pages are those of the permission table, with the orders, filters and last pages of their
lists; their objects are the busiest merchant's. Each is opened by the first of owner, admin and
account manager who may. `--size large` makes its world on its first run, in minutes.
"""

import argparse
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any

import django

from bench import addresses
from bench.addresses import Address
from bench.large import database
from bench.large.size import SIZES
from bench.measure import cpu_ms, forget_peak, machine, p95, peak_mb, times_ms
from bench.world import world_of

LIMIT_MB = 400


@dataclass(frozen=True)
class Measured:
    """A page: the `queries` of one call, what one call costs the processors (of this process and of
    its PostgreSQL backend), what half of the calls and what 95 of 100 take at most, the quickest of
    them, and the most memory this process had meanwhile."""

    page: Address
    status: int
    queries: int
    work_ms: float
    p50_ms: float
    ms: float
    least_ms: float
    mb: float

    @property
    def is_over(self) -> bool:
        return self.ms > self.page.limit_ms or self.mb > LIMIT_MB or self.status != 200

    def __str__(self) -> str:
        mark = "  over" if self.is_over else ""
        return (
            f"{str(self.page)[:60]:60} {self.page.persona[:8]:8} {self.status} {self.queries:7}"
            f" {self.work_ms:9.1f} {self.p50_ms:8.1f} {self.ms:8.1f} {self.least_ms:8.1f}"
            f" {self.mb:5.0f}{mark}"
        )


def main(args: list[str]) -> int:
    """Print what every page takes; exit 1 when one takes too much, or there is no world."""
    parser = argparse.ArgumentParser(prog="python -m bench pages")
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--size", choices=["demo", *SIZES], default="demo")
    parser.add_argument("--only", default="", help="a part of the names of the pages to open")
    parser.add_argument("--turns", action="store_true", help="every order and filter of lists, too")
    asked = parser.parse_args(args)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    name = "" if asked.size == "demo" else database.point_at(asked.size)
    django.setup()
    if name:
        database.fill(name, asked.size)
    from django.test import override_settings

    import portal.urls  # noqa: F401 - as a web process has it before its first request.
    from portal.runtime import garbage

    garbage.look_seldom()
    with override_settings(**_stage()):
        measured = _printed(_measured(asked), asked.times)
    if not measured:
        print("There is no merchant with listings here. Run `make run` or `manage.py demo` first.")
        return 1
    return int(any(page.is_over for page in measured))


def _stage() -> dict[str, Any]:
    """Plain HTTP, and static files without the manifest that only a deployment has."""
    from django.conf import settings

    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return {
        "STORAGES": {**settings.STORAGES, "staticfiles": static},
        "SECURE_SSL_REDIRECT": False,
        "ALLOWED_HOSTS": ["testserver"],
    }


def _measured(asked: argparse.Namespace) -> Iterator[Measured]:
    world = world_of()
    if not world:
        return
    clients = _clients(world["merchant"])
    for page in addresses.of(world):
        client = clients[page.persona]
        if asked.only not in str(page):
            continue
        yield _measure(page, client, asked.times)
        for turn in addresses.turns(page, _context(client, page)) if asked.turns else ():
            yield _measure(turn, client, asked.times)


def _context(client: Any, page: Address) -> Any:
    """What the page's templates know."""
    from django.test.utils import setup_test_environment, teardown_test_environment

    setup_test_environment()
    try:
        return client.get(page.url).context or {}
    finally:
        teardown_test_environment()


def _measure(page: Address, client: Any, times: int) -> Measured:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        response = client.get(page.url)
    # Later requests empty the connection's log.
    queries = len(captured)
    both = (os.getpid(), connection.connection.info.backend_pid)
    forget_peak()
    worked = cpu_ms(*both)
    taken = times_ms(partial(client.get, page.url), times=times)
    worked = (cpu_ms(*both) - worked) / (times + 1)
    half, most = median(taken), p95(taken)
    return Measured(page, response.status_code, queries, worked, half, most, min(taken), peak_mb())


def _clients(merchant: Any) -> dict[str, Any]:
    from django.test import Client

    from portal.accounts.models import PlatformRole, User

    people = {
        "owner": merchant.team.memberships.get(role="owner").user,
        "admin": User.objects.filter(platform_role=PlatformRole.ADMIN).first(),
        "account_manager": User.objects.filter(platform_role=PlatformRole.ACCOUNT_MANAGER).first(),
    }
    clients = {}
    for persona, person in people.items():
        if person:
            clients[persona] = Client(raise_request_exception=False)
            clients[persona].force_login(person)
    return clients


def _printed(measured: Iterator[Measured], times: int) -> list[Measured]:
    """Print each as it is measured, and at last what is over its limit."""
    print(f"{machine()}; {times} calls of each page")
    print(
        f"{'page':60} {'as':8} got queries  CPU (ms)      p50      p95    least    MB", flush=True
    )
    found = []
    for one in measured:
        print(one, flush=True)
        found.append(one)
    over = [one for one in found if one.is_over]
    print(f"{len(found)} pages, {len(over)} over their limit")
    for one in sorted(over, key=lambda one: -one.ms):
        print(one)
    return found
