"""Files saved while late files, acts and runs go on: each asked as of then is given again.

`SOAK_WORLDS` is how many such days are tried; `make soak ARGS="--as-of 50"` sets it.
"""

import csv
import io
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from campaigns.campaigns import verbs as campaigns
from campaigns.campaigns.models import Campaign
from merchants.catalogue.models import Product
from merchants.notes.models import Note
from merchants.stores.models import Store
from portal import clock
from portal.accounts.models import User
from reports.answers.question import By, TimeBase
from reports.attribution import drafts
from reports.attribution.models import ReportDay
from reports.attribution.tests.acting import Cast, World
from reports.attribution.tests.conftest import cast
from reports.attribution.tests.steps import LAST
from reports.tests.test_report_of_campaigns import opened

pytestmark = pytest.mark.django_db
__all__ = ["cast"]

SEED, WORLDS = int(os.environ.get("SOAK_SEED", "10")), int(os.environ.get("SOAK_WORLDS", "1"))
FIRST, TODAY = LAST - timedelta(days=20), clock.today()
LATE = ["send_touches", "send_conversions", "send_own", "send_whole", "close_day", "run", "run"]
ACTS = [
    "agree", "suspend", "declare", "set_refund_days", "close_touches", "move_product",
    "add_product", "link_another", "move_listing", "move_store", "click",
]  # fmt: skip


# What everything is called whose name may change: files are the same but for it.
_NAME = re.compile(rb"called \d+")


def rename(campaign: Campaign, cast: Cast, number: int) -> None:
    """Call the note, its product, the store and the campaign something else."""
    name = f"called {number}"
    Note.objects.filter(pk=cast.listing.note_id).update(title=name, author_name=name)
    Product.objects.filter(pk=cast.listing.product_id).update(title=name)
    Store.objects.filter(pk=cast.listing.product.store_id).update(name=name)
    campaigns.edit(
        campaign, name=name, starts_on=campaign.starts_on, ends_on=campaign.ends_on,
        target_kind="", target_value=None, budget_fen=None, by=cast.alice,
    )  # fmt: skip


def but_for_names(content: bytes) -> bytes:
    return _NAME.sub(b"called something", content)


@dataclass(frozen=True)
class Saved:
    """A file as it was given: asked as of its own moment, it is given again, but for names."""

    ask: Callable[..., bytes]
    asked: dict[str, str]
    content: bytes

    @property
    def moment(self) -> str:
        """As the file says it; empty in a CSV without rows, which says nothing."""
        if self.asked["form"] == "json":
            return str(json.loads(self.content)["as_of"])
        rows = csv.DictReader(io.StringIO(self.content.decode().removeprefix("\ufeff")))
        return next((row["As of"] for row in rows), "")

    def again(self) -> bytes:
        return self.ask(**self.asked, as_of=self.moment)


def by_page(client: Client, address: str) -> Callable[..., bytes]:
    def ask(form: str, **asked: str) -> bytes:
        days = {"first_on": str(FIRST), "last_on": str(TODAY)}
        answer: Any = client.get(address, {**days, "export": form, **asked})
        assert answer.status_code == 200, (address, asked)
        return b"".join(answer)

    return ask


def by_command(code: str) -> Callable[..., bytes]:
    def ask(form: str, **asked: str) -> bytes:
        out = io.StringIO()
        options = [f"--{name.replace('_', '-')}={value}" for name, value in asked.items()]
        days = [f"--from={FIRST}", f"--to={TODAY}"]
        call_command("report", code, *days, f"--format={form}", *options, stdout=out)
        return out.getvalue().encode()

    return ask


def save_some(world: World, campaign: Campaign, client: Client, random: Random) -> list[Saved]:
    """Of each time base the report as CSV of the page and as JSON of the command; and a comparison
    and an object in one form or the other."""
    listing, code = world.cast.listing, world.cast.listing.merchant.code
    page = f"/m/{code}/reports/"
    kind, pk = random.choice([
        ("note", listing.note_id), ("listing", listing.pk), ("product", listing.product_id),
        ("store", listing.product.store_id), ("campaign", campaign.pk),
    ])  # fmt: skip
    asks = [("csv", by_page(client, page)), ("json", by_command(code))]
    asked = [
        (ask, {"form": form, "by": random.choice(By.values), "time_base": str(base)})
        for base in TimeBase
        for form, ask in asks
    ]
    for address in (f"{page}models/", f"{page}{kind}/{pk}/"):
        base, form = random.choice(TimeBase.values), random.choice(["csv", "json"])
        asked.append((by_page(client, address), {"form": form, "time_base": base}))
    return [Saved(ask, more, ask(**more)) for ask, more in asked]


def test_files_of_a_day_of_late_files_and_acts_are_given_again(
    cast: Cast, tmp_path: Path, client_of: Callable[[User], Client], alice: User, settings: Any
) -> None:
    for seed in range(SEED, SEED + WORLDS):
        random, client = Random(seed), client_of(alice)
        settings.LAKE_URL = str(tmp_path / f"lake{seed}")
        world, saved = World(cast, tmp_path), list[Saved]()
        campaign = opened(cast.listing.merchant, f"of {seed}", alice, cast.listing)
        rename(campaign, cast, number=seed)
        for verb in ("close_touches", "send_touches", "send_conversions", "run"):
            world.act(verb, random)
        for moment in range(5):
            for verb in [*random.sample(LATE, 2), *random.sample(ACTS, 3)]:
                world.act(verb, random)
            saved += save_some(world, campaign, client, random)
            rename(campaign, cast, number=100 * moment + random.randrange(100))
        world.act("run", random)
        rename(campaign, cast, number=7_000_000)
        settings.RESTATEMENT_DAYS = 0
        with clock.at(clock.now() + drafts.KEPT):
            before = ReportDay.objects.count()
            drafts.thin()
            drafts.sweep()
            print(seed, "thinned", before - ReportDay.objects.count())
            told, renamed = [one for one in saved if one.moment], 0
            for one in told:
                again = one.again()
                was, now = (sha256(but_for_names(content)) for content in (one.content, again))
                assert was.hexdigest() == now.hexdigest(), differing(one, seed)
                # The twin: what is left out of the comparison is a name of today.
                names = {*_NAME.findall(again)}
                assert names <= {b"called 7000000"}
                renamed += bool(names) and again != one.content
            assert renamed >= 3
        assert len(told) > 15
        assert len({one.content.replace(one.moment.encode(), b"") for one in told}) > 10


def differing(one: Saved, seed: int) -> str:
    lines = zip(one.content.decode().splitlines(), one.again().decode().splitlines(), strict=False)
    found = [f"{was}\n  {now}" for was, now in lines if was != now][:5]
    return f"seed {seed}, {one.ask.__qualname__} {one.asked} of {one.moment}:\n" + "\n".join(found)
