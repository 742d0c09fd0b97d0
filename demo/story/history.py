"""What happened in the demo world: written to files, taken in, and computed into reports."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from demo.partners import events, truth
from demo.partners.files import Writer, WrittenFile
from demo.partners.truth import MerchantTruth
from demo.people import cast, touches, visitors
from demo.people.cast import HOST
from demo.people.journeys import Traveller
from demo.people.readers import Readers
from demo.plan.planned import World
from demo.story import world
from demo.story.telling import Teller
from merchants.companies.models import Merchant
from portal import words
from portal.accounts.models import User
from portal.jobs.models import Job
from portal.jobs.waiting import until_done
from portal.refusals import Refusal
from reports.answers import delay_counting, past_counting
from reports.attribution import runs
from reports.attribution.models import ReportDay
from reports.sources import receiving
from reports.sources.models import Batch, BatchState, Source

# A worker that is there has claimed a job by then.
PATIENCE_SECONDS = 8


def folder() -> Path:
    """Where the files and the truth of the demo world are kept."""
    return Path(settings.VAR_DIR) / "demo"


def truth_path() -> Path:
    return folder() / "truth.json"


def write(planned: World, touchpoints: int) -> list[WrittenFile]:
    """Let everything happen, and write down what partners send and what is true."""
    journeys = list(Traveller(planned).journeys(touchpoints))
    bought = touches.of_buyers(planned, journeys)
    read = Readers(planned).touches(touchpoints - len(bought))
    read, bought = visitors.one_to_one(read, bought, world.clicks(planned), seed=planned.seed)
    happened, places = touches.in_order(read, bought)
    all_bought = (touch for journey in journeys for touch in journey.touches)
    clicks = dict(zip(all_bought, map(events.touch_id, places.tolist()), strict=True))

    (folder() / "files").mkdir(parents=True, exist_ok=True)
    writer = Writer(folder() / "files", seed=planned.seed)
    uploader = planned.merchants[0]
    written = [
        *writer.touchpoints(
            events.touchpoints(planned, happened, world.names(planned)), planned.period
        ),
        *writer.conversions(
            events.conversions(journeys, clicks),
            own_store=uploader.stores[0].external_id,
            uploader=uploader.slug,
            period=planned.period,
        ),
    ]
    _write_truth(planned, truth.tell(planned, journeys, happened), written)
    return written


def _write_truth(
    planned: World, told: Mapping[str, MerchantTruth], written: Sequence[WrittenFile]
) -> None:
    rows = world.merchants(planned)
    known: dict[str, object] = {
        "seed": planned.seed,
        "first_on": planned.period.first_on.isoformat(),
        "last_on": planned.period.last_on.isoformat(),
        "files": [file.as_json() for file in written],
        "merchants": {
            slug: {"code": rows[slug].code, **merchant.as_json()} for slug, merchant in told.items()
        },
    }
    truth_path().write_text(json.dumps(known, ensure_ascii=False, indent=1), encoding="utf-8")


def take_in(planned: World, written: Sequence[WrittenFile], teller: Teller) -> None:
    """Hand every file in, as partners and the demo owner do, and wait until it is taken in."""
    rows = world.merchants(planned)
    batches = [_received(file, rows) for file in written]
    _wait([batch.job for batch in batches], gettext_noop("Events are taken in"), teller)
    _expect(Batch.objects.filter(pk__in=[batch.pk for batch in batches]), len(written))
    rows_sent = sum(file.sent for file in written)
    teller.step(
        gettext_noop("%(files)s files with %(rows)s rows are in the lake"),
        files=words.count(len(written)),
        rows=words.count(rows_sent),
    )


def _received(file: WrittenFile, rows: Mapping[str, Merchant]) -> Batch:
    uploader = rows.get(file.uploader)
    return receiving.receive(
        Source.objects.get(code=file.source),
        path=file.path,
        file_name=file.path.name,
        by=User.objects.get(email=f"{'owner' if uploader else 'admin'}@{HOST}"),
        merchant=uploader,
        manifest=file.manifest,
    )


def _expect(batches: QuerySet[Batch], count: int) -> None:
    failed = batches.exclude(state=BatchState.COMMITTED)
    if failed or batches.count() != count:
        why = ", ".join(f"{batch.file_name}: {batch.sentence}" for batch in failed)
        raise Refusal(_("Not taken in: %(why)s") % {"why": why})


def compute(planned: World, teller: Teller) -> None:
    """Attribute every day of the world, and wait for the reports."""
    period = planned.period
    run = runs.request(
        first_on=period.first_on,
        last_on=period.last_on,
        by=User.objects.get(email=f"admin@{HOST}"),
    )
    _wait([run.job], gettext_noop("Reports are computed"), teller)
    run.refresh_from_db()
    if run.published_at is None:
        why = run.job.error if run.job else ""
        raise Refusal(_("The reports were not computed: %(why)s") % {"why": why})
    delay_counting.compute()
    past_counting.compute()
    teller.step(
        gettext_noop("Reports of %(days)s days are published"), days=words.count(len(period.days))
    )


def _wait(jobs: Sequence[Job | None], text: str, teller: Teller) -> None:
    """A worker does the jobs; this process, where nobody listens to the broker."""
    alone = settings.CELERY_BROKER_URL.startswith("memory")
    until_done(
        [job for job in jobs if job],
        patience_seconds=0 if alone else PATIENCE_SECONDS,
        tell=lambda percent: teller.bar(percent, 100, text),
    )


def is_told() -> bool:
    """Whether the reports have been computed: a run publishes all of its days or none."""
    return ReportDay.objects.exists()


def make(size: world.Size, teller: Teller) -> bool:
    """Make the demo world, or go on where an earlier start ended; False when it is there already.

    Raises Refusal for a portal that holds something else.
    """
    if not cast.has_moved_in():
        size.check()
        if Merchant.objects.exists():
            raise Refusal(_("The demo world fills an empty portal, and this one has merchants."))
        folder().mkdir(parents=True, exist_ok=True)
        _size_path().write_text(size.as_json())
        world.found(size.world(), teller)
    elif is_told():
        return False
    elif not _size_path().exists():
        raise Refusal(
            _("The demo world was begun elsewhere: %(file)s is missing.") % {"file": _size_path()}
        )
    size = world.Size.from_json(_size_path().read_text())
    planned = size.world()
    written = write(planned, size.touchpoints)
    teller.step(
        gettext_noop("%(count)s touchpoints have happened"),
        count=words.count(sum(file.accepted for file in written if file.source == "community")),
    )
    take_in(planned, written, teller)
    compute(planned, teller)
    return True


def _size_path() -> Path:
    return folder() / "size.json"
