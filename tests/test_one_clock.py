"""The house asks one clock, only the demo world and tests tell it, and verbs ask it in time."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.sources import EVERYWHERE, files, modules

# Who asks for the present elsewhere, and why he may.
OTHER_CLOCKS = {
    "portal/clock.py": "it is the clock",
    "portal/jobs/claims.py": "leases go by the database's clock: workers need not agree",
    "portal/jobs/models.py": "whether a lease is over, by the clock that set it",
    "portal/jobs/runner.py": "when a job ended and is tried again, by the clock of its leases",
    "portal/jobs/taking.py": "whether a lease is over and a wait has ended, by the same clock",
    "portal/jobs/waits.py": "until when a job waits, by the clock that will be asked then",
    "portal/jobs/sweeper.py": "whether a lease is over, by the clock that set it",
    "merchants/links/spool.py": "a part of a file's name, in the order of writing",
    "merchants/links/models.py": "triggers of the database date the log of changes",
    "merchants/links/refreshing.py": "how old the copy on this machine is",
    "merchants/links/following.py": "when the log was read last, beside that age",
    "merchants/links/finding.py": "when the database answered last, beside that age",
    "portal/jobs/workspace.py": "the age of files, which the system dates",
    "portal/uploads/keeping.py": "the same",
    "reports/lake/commits.py": "the log of the lake forgets batches by the system's clock",
    "reports/lake/index.py": "the age of files, which the system dates",
    "reports/lake/storage.py": "the same",
    "reports/lake/joining.py": "the log of the lake dates files by the system's clock",
    **dict.fromkeys(
        [f"bench/large/{made}.py" for made in ("filling", "money", "numbers", "records", "shops")],
        "rows are dated by the database that makes them, millions at once",
    ),
}
TELLERS = ("demo/",)

_DOTTED = re.compile(
    r"(^|\.)(timezone\.(now|localdate)|datetime\.(now|utcnow|today)|date\.today|time\.time(_ns)?)$"
)
_IMPORTED = {
    "django.utils.timezone": {"now", "localdate"},
    "django.db.models.functions": {"Now"},
    "django.contrib.postgres.functions": {"TransactionNow"},
    "time": {"time", "time_ns"},
}
_SQL = re.compile(
    r"\b(now\s*\(|(statement|clock|transaction)_timestamp\b|localtime(stamp)?\b"
    r"|current_(date|time|timestamp)\b)",
    re.IGNORECASE,
)


def house() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the house by its path; what runs without Django is none."""
    for path, tree in modules(*EVERYWHERE):
        if path.parts[:2] != ("portal", "runtime"):
            yield path.as_posix(), tree


def asks_elsewhere(tree: ast.Module) -> list[str]:
    """What asks for the present without the clock: in Python, as a default, in SQL."""
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    nodes = (node for node in ast.walk(tree) if id(node) not in said)
    return [ast.unparse(node) for node in nodes if _asks(node)]


def _asks(node: ast.AST) -> bool:
    match node:
        case ast.Attribute():
            return bool(_DOTTED.search(ast.unparse(node)))
        case ast.ImportFrom():
            return not _names(node).isdisjoint(_IMPORTED.get(node.module or "", ()))
        case ast.keyword():
            return node.arg in {"auto_now", "auto_now_add"}
        case ast.Constant(value=str() as text):
            return bool(_SQL.search(text))
    return False


def tells(tree: ast.Module) -> list[int]:
    """The lines that use `clock.at`, under whatever name it was imported."""
    clocks, lines = {"portal.clock"}, []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "portal":
            clocks |= {name.asname or name.name for name in node.names if name.name == "clock"}
        elif isinstance(node, ast.ImportFrom) and node.module == "portal.clock":
            lines += [node.lineno] * len(_names(node) & {"at", "*"})
        elif isinstance(node, ast.Import):
            clocks |= {n.asname for n in node.names if n.name == "portal.clock" and n.asname}
    return lines + [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "at"
        and ast.unparse(node.value) in clocks
    ]


def asks_before_its_lock(tree: ast.Module) -> list[str]:
    """The functions that ask the clock and lock a row afterwards."""
    found = []
    for verb in ast.walk(tree):
        if isinstance(verb, ast.FunctionDef):
            asked, locked = (
                _calls(verb, r"^clock\.\w+$"),
                _calls(verb, r"locked$|select_for_update$|_lock$"),
            )
            if asked and locked and min(asked) < max(locked):
                found.append(verb.name)
    return found


def _names(node: ast.ImportFrom) -> set[str]:
    return {name.name for name in node.names}


def _calls(function: ast.FunctionDef, name: str) -> list[int]:
    """The lines of `function` that call what is named so."""
    return [
        node.lineno
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and re.search(name, ast.unparse(node.func))
    ]


def test_the_present_is_asked_of_the_clock_alone() -> None:
    found = {name for name, tree in house() if asks_elsewhere(tree)}
    assert found == set(OTHER_CLOCKS)


def test_no_query_of_ours_asks_the_database_for_the_present() -> None:
    queries = dict(files(*EVERYWHERE, ending=".sql"))
    assert queries
    assert [name for name, text in queries.items() if _SQL.search(text)] == []


def test_only_the_demo_world_and_tests_tell_the_clock() -> None:
    found = {name for name, tree in house() if tells(tree)}
    assert found
    assert {name for name in found if not name.startswith(TELLERS)} == set()


def test_a_verb_takes_its_moment_after_its_lock() -> None:
    assert [(n, verbs) for n, tree in house() if (verbs := asks_before_its_lock(tree))] == []


@pytest.mark.parametrize(
    "line",
    [
        "row.at = timezone.now()",
        "initial = django.utils.timezone.now",
        "day = timezone.localdate(at)",
        "at = datetime.now(UTC)",
        "at = datetime.datetime.utcnow()",
        "day = date.today()",
        "stamp = time.time_ns()",
        "at = models.DateTimeField(auto_now_add=True)",
        "from django.db.models.functions import Coalesce, Now",
        "sql = 'UPDATE jobs_job SET at = NOW()'",
        "sql = f'WHERE day < current_date AND id = {pk}'",
    ],
)
def test_every_way_of_asking_elsewhere_is_seen(line: str) -> None:
    assert len(asks_elsewhere(ast.parse(line))) == 1


@pytest.mark.parametrize(
    "lines",
    [
        "from portal import clock\nwith clock.at(x): pass",
        "from portal import clock as c, refusals\nact = c.at",
        "import portal.clock\nwith portal.clock.at(x): pass",
        "import portal.clock as c\nwith c.at(x): pass",
        "from portal.clock import at as told",
        "from portal.clock import *",
    ],
)
def test_every_way_of_telling_the_clock_is_seen(lines: str) -> None:
    assert tells(ast.parse(lines))


def test_a_moment_before_the_lock_is_seen() -> None:
    late = "def verb(row):\n  row = Row.locked(row.pk)\n  at = clock.now()"
    early = "def verb(row):\n  at = clock.now()\n  row = Row.locked(row.pk)"
    assert asks_before_its_lock(ast.parse(late)) == []
    assert asks_before_its_lock(ast.parse(early)) == ["verb"]
