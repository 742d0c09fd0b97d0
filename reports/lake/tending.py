"""The hourly look after the lake: the index is brought up, small files and the log are joined."""

from collections.abc import Callable
from pathlib import Path

from reports.events import naming
from reports.events.contract import LAKE_CONTRACTS
from reports.lake import joining
from reports.lake import tables as lake
from reports.lake.index import Index, of_table
from reports.lake.storage import at_hand, of_lake

MEMORY = "256MB"
# So many bytes of the lake's files become a sheet at once.
BYTES_AT_ONCE = 256 << 20


def tend(*, work: Path, beat: Callable[[], object]) -> int:
    """Bring the index of every source up, join small files, and sum the log up; how many files went
    into others.

    Whatever is killed here is done by the next look. `beat` is called between steps.
    """
    gone = 0
    for table in LAKE_CONTRACTS:
        bring_up(table, work=work, beat=beat)

        def joined(source: str, names: list[str], new: str, table: str = table) -> None:
            for index in of_table(table, source).values():
                index.replaced(names, by=[new])

        gone += joining.join(table, work=work, beat=beat, joined=joined)
        _sum_up(table)
    return gone


def bring_up(table: str, *, work: Path, beat: Callable[[], object]) -> None:
    """Have the index tell of every file of the newest version, and join its sheets."""
    files = lake.files(table)
    by_source: dict[str, list[str]] = {}
    for file in files:
        by_source.setdefault(lake.source_of(file), []).append(file)
    for source, own in by_source.items():
        _bring_up(table, naming.KEYS, of_table(table, source)[naming.KEYS], own, work, beat)
    for sheet in naming.SHEETS[table]:
        if sheet != naming.KEYS:
            _bring_up(table, sheet, Index(table, sheet), files, work, beat)


def _sum_up(table: str) -> None:
    """Have a checkpoint at the newest version: whoever opens the table reads that and what comes
    after, and not an entry for each batch."""
    newest = lake.newest_version(table)
    log = of_lake().names(f"{table}/_delta_log")
    if newest > 0 and not any(name.startswith(f"{newest:020}.checkpoint") for name in log):
        lake.open_table(table, newest).create_checkpoint()


def _bring_up(
    table: str, sheet: str, index: Index, files: list[str], work: Path, beat: Callable[[], object]
) -> None:
    known = index.manifest()
    unknown = [file for file in files if lake.below(file) not in known.files]
    for some in _at_once(unknown, lake.sizes(table)):
        beat()
        at_hand(some)
        made = naming.gather(LAKE_CONTRACTS[table], some, folder=work, memory=MEMORY, only=[sheet])
        index.add(made[sheet], [lake.below(file) for file in some])
    beat()
    index.join()


def _at_once(files: list[str], sizes: dict[str, int]) -> list[list[str]]:
    groups: list[list[str]] = []
    size = BYTES_AT_ONCE
    for file in files:
        size += sizes[file]
        if size > BYTES_AT_ONCE:
            groups.append([])
            size = 0
        groups[-1].append(file)
    return groups
