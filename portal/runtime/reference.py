"""The reference of all settings: what the code reads, with the rows that say what it is for.

`python -m portal.runtime.reference` prints docs/settings.md, `--write` writes it, and `--check`
ends with 1 when a variable has no row, a row no variable, or the page is not what is printed.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.runtime import environment, places
from portal.runtime.variables import GROUPS, Variable

PAGE = places.CHECKOUT / "docs" / "settings.md"
TOP = """# Settings

Made by `python -m portal.runtime.reference --write` from the lines that read them; do not edit.

Notelink differs between machines by environment variables alone. One that is missing or wrong stops
the start with one sentence that names it (exit code 2). `make run` and `manage.py` fill in what one
machine needs; production sets whatever must be set.
"""
# Not settings of ours: of the system, of Django, of make, of the tests.
FOREIGN = {"DJANGO_SETTINGS_MODULE", "HOME", "MAKELEVEL", "PATH", "TESTS_BROKER_URL"}
_KINDS = {
    "address": "address",
    "bind": "`host:port`",
    "cache": "address",
    "choice": "word",
    "database": "address",
    "engine": "`duckdb` or `spark://host:port`",
    "flag": "1 or 0",
    "folder": "folder",
    "hosts": "words, by commas",
    "mail": "address",
    "networks": "addresses, by commas",
    "number": "number",
    "place": "folder or bucket",
    "redis": "address",
    "secret": "16 characters or more",
    "sender": "text",
    "site": "address",
    "text": "text",
    "words": "words, by commas",
}

# How the code calls an Environment.
_READERS = {"env", "_env", "self", "environment.Environment()"}


@dataclass(frozen=True)
class Reading:
    """One line of code that reads a variable."""

    name: str
    kind: str
    default: str | None


def readings() -> dict[str, Reading]:
    """Every variable that the code reads, by name."""
    found: dict[str, Reading] = {}
    for file in _sources():
        for node in ast.walk(ast.parse(file.read_text())):
            reading = reading_of(node)
            if reading and (reading.kind or reading.name not in found):
                found[reading.name] = reading
    return found


def page() -> str:
    """docs/settings.md as it must be."""
    read, parts = readings(), [TOP]
    for group, rows in GROUPS.items():
        parts += [f"\n## {group}\n", "| variable | value | default | what it is |"]
        parts.append("|---|---|---|---|")
        parts += [_row(name, row, read[name]) for name, row in rows.items() if name in read]
    return "\n".join(parts) + "\n"


def complaints() -> list[str]:
    """What keeps the page from being true."""
    rows = {name for group in GROUPS.values() for name in group}
    read = set(readings())
    said = [f"{name} is read and has no row in variables.py." for name in sorted(read - rows)]
    said += [f"{name} has a row in variables.py and is never read." for name in sorted(rows - read)]
    if not said and (not PAGE.exists() or PAGE.read_text() != page()):
        said.append(f"{PAGE.name} is stale: run python -m portal.runtime.reference --write.")
    return said


def _row(name: str, row: Variable, reading: Reading) -> str:
    default = row.default or ("must be set" if reading.default is None else reading.default)
    return f"| `{name}` | {reading.kind or 'text'} | {default} | {row.about} |"


def _sources() -> Iterator[Path]:
    for app in ("portal", "merchants", "campaigns", "reports", "demo"):
        for file in sorted((places.CHECKOUT / app).rglob("*.py")):
            is_test = "tests" in file.relative_to(places.CHECKOUT).parts
            if not is_test and file != Path(__file__).resolve():
                yield file


def reading_of(node: ast.AST) -> Reading | None:
    """What a call of a reader reads; a look into os.environ says only that there is the name."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        name = _name(node.slice) if _is_environ(node.value) else None
        return Reading(name, "", None) if name else None
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
        return None
    name, method = _name(node.args[0]), node.func.attr
    if name and _is_environ(node.func.value) and method == "get":
        return Reading(name, "", None)
    if name and method in _KINDS and ast.unparse(node.func.value) in _READERS:
        return Reading(name, _allowed(method, node), _default(method, node))
    return None


def _allowed(method: str, call: ast.Call) -> str:
    """What the value may be: the kind of the reader, its bounds, words or schemes."""
    told = {word.arg: _value(word.value) for word in call.keywords}
    if method == "number":
        return f"{told['least']} to {told['most']}"
    if method == "choice":
        return ", ".join(_value(call.args[2]))
    if "schemes" in told:
        return " ".join(f"`{scheme}://`" for scheme in told["schemes"])
    return _KINDS[method]


def _default(method: str, call: ast.Call) -> str | None:
    """The default as people write it; None where there is none, or the code computes it."""
    told = [word.value for word in call.keywords if word.arg == "default"]
    default = _value((call.args[1:2] or told or [ast.Constant(None)])[0])
    if method == "networks":
        return "none"
    if isinstance(default, bool):
        return str(int(default))
    if isinstance(default, list):
        return ", ".join(default)
    return None if default is None else f"{default}" or "none"


def _value(node: ast.expr) -> Any:
    """A literal, or a constant of environment.py; None for what is computed."""
    if isinstance(node, ast.Name):
        return getattr(environment, node.id, None)
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def _name(node: ast.expr) -> str | None:
    """The name of a variable, if this is one."""
    value = node.value if isinstance(node, ast.Constant) else None
    is_name = isinstance(value, str) and value.isupper() and value not in FOREIGN
    return value if isinstance(value, str) and is_name else None


def _is_environ(node: ast.expr) -> bool:
    return ast.unparse(node) == "os.environ"


def main() -> None:
    """Print the page, write it, or check that it is true."""
    asked = sys.argv[1:]
    if asked == ["--write"]:
        PAGE.write_text(page())
    elif asked == ["--check"]:
        said = complaints()
        print("\n".join(said), file=sys.stderr)
        raise SystemExit(1 if said else 0)
    else:
        sys.stdout.write(page())


if __name__ == "__main__":
    main()
