"""Server time and queries of every page of the demo world.

The pages come from the URLconf, their objects from the busiest merchant of the database. Each page
is opened by the first of owner, admin and account manager who may. The baseline is the list of
notices: a page with the whole layout and next to nothing in it.
"""

import argparse
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import django

from bench.measure import machine, median_ms

LIMIT_MS = 100
SKIPPED_PREFIXES = ("account_", "mfa_", "socialaccount_")


@dataclass(frozen=True)
class Measured:
    """`queries` of one call, `ms` at the median of all calls."""

    url_name: str
    persona: str
    queries: int
    ms: float


def main(args: list[str]) -> int:
    """Print the median of every page; exit 1 only when there is no world to measure."""
    parser = argparse.ArgumentParser(prog="python -m bench pages")
    parser.add_argument("--times", type=int, default=11)
    times = parser.parse_args(args).times
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    # Each page is tried as people who may not open it, too; the log of that would hide the figures.
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    django.setup()
    from django.test import override_settings

    with override_settings(**_stage()):
        measured = list(_measured(times))
    if not measured:
        print("There is no merchant with listings here. Run `make run` or `manage.py demo` first.")
        return 1
    _print(measured, times)
    return 0


def _stage() -> dict[str, Any]:
    """Plain HTTP, and static files without the manifest that only a deployment has."""
    from django.conf import settings

    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return {
        "STORAGES": {**settings.STORAGES, "staticfiles": static},
        "SECURE_SSL_REDIRECT": False,
        "ALLOWED_HOSTS": ["testserver"],
    }


def _measured(times: int) -> Iterator[Measured]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    world = _world()
    if not world:
        return
    clients = _clients(world["merchant"])
    for url_name, converters in sorted(_url_names()):
        given = _arguments(url_name, converters, world)
        if given is None:
            continue
        address = reverse(url_name, kwargs=given)
        for persona, client in clients.items():
            if client.get(address).status_code == 200:
                with CaptureQueriesContext(
                    connection,
                ) as captured:
                    client.get(address)
                # Later requests empty the connection's log.
                queries = len(captured)
                ms = median_ms(partial(client.get, address), times=times)
                yield Measured(url_name, persona, queries, ms)
                break


def _world() -> dict[str, Any]:
    """The merchant with the most listings, and one object of each noun that is its own."""
    from django.db.models import Count

    from campaigns.boosts.models import Boost
    from campaigns.funds.models import Fund
    from merchants.companies.models import Merchant
    from merchants.openings.models import Opening, OpeningApplication
    from portal.jobs.models import Job
    from reports.sources.models import Batch

    merchant = Merchant.objects.alias(size=Count("listings")).order_by("-size").first()
    listing = merchant.listings.order_by("pk").first() if merchant else None
    if merchant is None or listing is None:
        return {}
    return {
        "merchant": merchant,
        "store": merchant.stores.first(),
        "product": listing.product,
        "note": listing.note,
        "listing": listing,
        "opening": Opening.objects.first(),
        "application": OpeningApplication.objects.filter(merchant=merchant).first(),
        "boost": Boost.objects.filter(merchant=merchant).first(),
        "review": Boost.objects.filter(status="submitted").first(),
        "fund": Fund.objects.first(),
        "job": Job.objects.first(),
        "batch": Batch.objects.first(),
    }


def _clients(merchant: Any) -> dict[str, Any]:
    from django.test import Client

    from portal.accounts.models import PlatformRole, User

    people = {
        "owner": merchant.team.memberships.get(role="owner").user,
        "admin": User.objects.filter(platform_role=PlatformRole.ADMIN).first(),
        "manager": User.objects.filter(platform_role=PlatformRole.ACCOUNT_MANAGER).first(),
    }
    clients = {}
    for persona, person in people.items():
        if person:
            clients[persona] = Client(raise_request_exception=False)
            clients[persona].force_login(person)
    return clients


def _url_names() -> set[tuple[str, tuple[str, ...]]]:
    """Every named URL of the site with the names of its arguments."""
    from django.urls import get_resolver

    found = set()

    def walk(resolver: Any, namespace: str, outer: tuple[str, ...]) -> None:
        for pattern in resolver.url_patterns:
            names = (*outer, *pattern.pattern.converters)
            if hasattr(pattern, "url_patterns"):
                inner = f"{pattern.namespace}:" if pattern.namespace else namespace
                walk(pattern, inner, names)
            elif pattern.name and not pattern.name.startswith(SKIPPED_PREFIXES):
                found.add((namespace + pattern.name, names))

    walk(get_resolver(), "", ())
    return found


def _arguments(
    url_name: str, names: tuple[str, ...], world: dict[str, Any]
) -> dict[str, Any] | None:
    """Arguments of a URL; None when the world has no such object."""
    noun = url_name.rpartition(":")[2].partition("-")[0]
    known = {"merchant_code": world["merchant"].code}
    if thing := world.get(noun):
        known |= {"pk": thing.pk, "code": getattr(thing, "code", None)}
    if url_name == "merchants:link-follow":
        known["code"] = world["listing"].code
    if any(known.get(name) is None for name in names):
        return None
    return {name: known[name] for name in names}


def _print(measured: list[Measured], times: int) -> None:
    baseline = next(page.ms for page in measured if page.url_name == "notices:notice-list")
    print(f"{machine()}; median of {times} calls each; ratio to the list of notices")
    print(f"{'page':36} {'as':8} {'queries':>7} {'ms':>8} {'ratio':>6}")
    for page in sorted(measured, key=lambda page: -page.ms):
        mark = f"  over {LIMIT_MS} ms" if page.ms > LIMIT_MS else ""
        print(
            f"{page.url_name:36} {page.persona:8} {page.queries:7} {page.ms:8.1f}"
            f" {page.ms / baseline:6.1f}{mark}"
        )
