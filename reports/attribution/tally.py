"""Look up the ids that the lake's days name, and keep those that are nowhere; see unplaced."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from campaigns.boosts.models import Boost
from merchants.listings.models import Listing
from merchants.notes.models import Note
from merchants.stores.models import Store, StoreStatus
from portal import words
from portal.jobs import workspace
from portal.jobs.registry import Claim
from reports.attribution import engine
from reports.attribution.unplaced import TalliedDay, Unplaced, What, mark_due
from reports.events.contract import LAKE_CONTRACTS
from reports.lake import tables as lake
from reports.sources.models import MARKETPLACE_STORE_KINDS, EventKind, Source

# So many ids of a source, kind and day are kept; what comes behind them is one sum.
MOST_CODES = 1000
# So many ids are asked for at once.
ASKED_AT_ONCE = 5000
# Days looked up by one job; the next one goes on.
MOST_DAYS = 60

_NAMED = {EventKind.CONVERSIONS: "named_stores", EventKind.TOUCHPOINTS: "named_nouns"}
# Source, what, code, rows, fen.
Row = tuple[str, str, str, int, int]


def tally(claim: Claim) -> None:
    """Look up the days that are due, some of them; the next job goes on."""
    due = TalliedDay.objects.exclude(due_at=None).order_by("due_at", "pk")
    days = list(due[:MOST_DAYS])
    for done, day in enumerate(days):
        claim.progress(done, len(days), words.day(day.on))
        rows = _unplaced_of(day)
        with claim.writing():
            day.unplaced.all().delete()
            Unplaced.objects.bulk_create(rows, batch_size=ASKED_AT_ONCE)
            # What came in meanwhile has a later moment, and stays due.
            TalliedDay.objects.filter(pk=day.pk, due_at=day.due_at).update(due_at=None)


def is_due() -> bool:
    """Whether a day is to be looked up."""
    return TalliedDay.objects.exclude(due_at=None).exists()


def let_go_what_is_placed() -> int:
    """Forget the ids that belong somewhere by now; how many rows of days that were."""
    gone = 0
    named: dict[tuple[int, str], list[str]] = defaultdict(list)
    for row in Unplaced.objects.exclude(code="").values("source", "what", "code").distinct():
        named[row["source"], row["what"]].append(row["code"])
    sources = Source.objects.in_bulk([source for source, _what in named])
    for (source, what), codes in named.items():
        for some in _chunks(codes):
            known = _known(sources[source], what, some)
            placed = Unplaced.objects.filter(source=source, what=what, code__in=known)
            gone += placed.delete()[0]
    return gone


def mark_new_days() -> None:
    """Days that the lake had before anybody looked are due."""
    for events in LAKE_CONTRACTS:
        tallied = set(TalliedDay.objects.filter(events=events).values_list("on", flat=True))
        mark_due(events, lake.days_of(events) - tallied)


def _unplaced_of(day: TalliedDay) -> list[Unplaced]:
    sources = {source.code: source for source in Source.objects.all()}
    kept: dict[tuple[str, str], list[Unplaced]] = defaultdict(list)
    for rows in _named(day):
        for (code, what), some in _by_source(rows).items():
            source = sources[code]
            known = _known(source, what, [row[2] for row in some])
            for row in some:
                if row[2] not in known:
                    _keep(kept[code, what], Unplaced(
                        day=day, source=source, what=what, code=row[2], rows=row[3],
                        value_fen=row[4],
                    ))  # fmt: skip
    return [one for some in kept.values() for one in some]


def _keep(kept: list[Unplaced], one: Unplaced) -> None:
    """The most frequent come first; what is behind them is added to a row without a code."""
    if len(kept) < MOST_CODES:
        kept.append(one)
        return
    if kept[-1].code:
        one.code = ""
        kept.append(one)
        return
    kept[-1].rows += one.rows
    kept[-1].value_fen += one.value_fen


def _named(day: TalliedDay) -> Iterator[list[Row]]:
    """What the events of the day name, the most frequent first, some at a time."""
    files = lake.of_days(lake.files(day.events), {day.on})
    with (
        workspace.folder(f"tally-{day.pk}") as work_dir,
        engine.session(reads=files, work_dir=work_dir) as connection,
    ):
        lake.show(connection, day.events, files)
        found = connection.execute(engine.QUERIES.text(f"lake/{_NAMED[EventKind(day.events)]}"))
        while rows := found.fetchmany(ASKED_AT_ONCE):
            yield [(s, what, code, n, int(fen or 0)) for s, what, code, n, fen in rows]


def _by_source(rows: list[Row]) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        found[row[0], row[1]].append(row)
    return found


def _known(source: Source, what: str, codes: list[str]) -> set[str]:
    """Those of the ids that belong somewhere."""
    match What(what):
        case What.STORE:
            kinds = MARKETPLACE_STORE_KINDS[source.marketplace]
            found: Any = Store.objects.filter(status=StoreStatus.VERIFIED, kind__in=kinds)
        case What.NOTE:
            found = Note.objects.all()
        case What.BOOST:
            found = Boost.objects.all()
        case What.LISTING:
            # They travel as numbers; anything else was never one of ours.
            numbers = [int(code) for code in codes if code.isascii() and code.isdigit()]
            near = [number for number in numbers if number < 2**63]
            known = Listing.objects.filter(pk__in=near).values_list("pk", flat=True)
            return {str(number) for number in known}
    return set(found.filter(external_id__in=codes).values_list("external_id", flat=True))


def _chunks(codes: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(codes), ASKED_AT_ONCE):
        yield codes[start : start + ASKED_AT_ONCE]
