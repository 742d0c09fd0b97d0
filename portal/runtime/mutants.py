"""`make mutants`: change the code in small ways, one at a time, and name what no test notices.

`[tool.notelink.mutants]` of pyproject.toml says which modules are changed and which tests are asked
about each. Everything happens in a copy of the checkout below `var/`. It takes a while, so no other
target runs it:
`make mutants ARGS="merchants/openings/offers.py"` takes one module, or those of a folder.
"""

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from portal.runtime import places

COPY = places.var() / "mutants"
_LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "var", "mutants", "bench")
# Lines that are nothing but a sentence: their wording is not what tests promise.
_SENTENCES = [r'^\s*"', r"^\s*(_|gettext\w*|ngettext)\("]
_OUTCOMES = {
    0: "survived",
    1: "killed",
    3: "killed",
    5: "untested",
    33: "untested",
    None: "untried",
    36: "timeout",
    -24: "timeout",
}


def main() -> None:
    """Try the modules named in the arguments, or all; print a line for each and its survivors."""
    tests_of, asked = tests_of_modules(), tuple(sys.argv[1:])
    wanted = [module for module in tests_of if not asked or module.startswith(asked)]
    # Imported here: importing it starts the servers, which every run of the tests shares.
    from portal.runtime import testing

    try:
        for module in wanted:
            _try(module, tests_of[module])
    finally:
        testing.pytest_unconfigure()


def tests_of_modules() -> dict[str, list[str]]:
    """The modules that are changed, each with the tests that are asked; paths in the checkout."""
    found: dict[str, list[str]] = _tool("notelink")["mutants"]
    return found


def sources() -> list[str]:
    """What the tests import, below the checkout: each package with an app, and their own set-up."""
    return [*_tool("importlinter")["root_packages"], "tests", "conftest.py"]


def _tool(name: str) -> dict[str, Any]:
    """The table `[tool.<name>]` of pyproject.toml."""
    with (places.CHECKOUT / "pyproject.toml").open("rb") as file:
        table: dict[str, Any] = tomllib.load(file)["tool"][name]
    return table


def _try(module: str, tests: list[str]) -> None:
    """Change `module` in every small way and run `tests` for each."""
    _copy()
    (COPY / module).write_text(undecorated((COPY / module).read_text("utf-8")), "utf-8")
    with (COPY / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(_configuration(module, tests))
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", "1"]
    with (COPY / "mutmut.log").open("wb") as log:
        subprocess.run(command, cwd=COPY, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    outcomes = dict(_outcomes(module))
    if not outcomes or "untried" in outcomes.values():
        raise SystemExit(f"{module} could not be tried; {COPY / 'mutmut.log'} says why.")
    counted = Counter(outcomes.values())
    told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counted.items()))
    print(f"{module}: {told}", flush=True)
    for name, outcome in outcomes.items():
        if outcome == "survived":
            print(_shown(name), flush=True)


def _copy() -> None:
    """A fresh copy of the checkout, with what pages need beside their code."""
    shutil.rmtree(COPY, ignore_errors=True)
    shutil.copytree(places.CHECKOUT, COPY, ignore=_LEFT_OUT)
    for folder in (COPY, COPY / "mutants"):
        folder.mkdir(exist_ok=True)
        (folder / "node_modules").symlink_to(places.CHECKOUT / "node_modules")


def undecorated(source: str) -> str:
    """`source` with `f = decorator(f)` below each decorated function instead of `@decorator` above
    it: the tool leaves decorated functions alone, and a verb is one (`transaction.atomic`)."""
    lines = source.splitlines()
    for node in reversed(ast.parse(source).body):
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            wrapped = node.name
            for decorator in reversed(node.decorator_list):
                wrapped = f"{ast.unparse(decorator)}({wrapped})"
            lines.insert(node.end_lineno or 0, f"\n\n{node.name} = {wrapped}")
            del lines[node.decorator_list[0].lineno - 1 : node.lineno - 1]
    return "\n".join(lines) + "\n"


def _configuration(module: str, tests: list[str]) -> str:
    """The settings of the tool. The database of the tests is made once and kept between runs."""
    settings = {
        "source_paths": sources(),
        "also_copy": ["manage.py", "templates", "static", "docs"],
        "only_mutate": [module],
        "do_not_mutate_patterns": _SENTENCES,
        "pytest_add_cli_args": ["--reuse-db", "-p", "no:cacheprovider", "-W", "ignore"],
        "pytest_add_cli_args_test_selection": tests,
        "timeout_constant": 4.0,
    }
    lines = (f"{name} = {json.dumps(value)}" for name, value in settings.items())
    return "\n".join(["\n[tool.mutmut]", *lines, ""])


def _outcomes(module: str) -> Iterator[tuple[str, str]]:
    """What became of each change, by the name the tool gave it."""
    file = COPY / "mutants" / f"{module}.meta"
    if file.exists():
        for name, code in json.loads(file.read_text("utf-8"))["exit_code_by_key"].items():
            yield name, _OUTCOMES.get(code, f"ended with {code}")


def _shown(name: str) -> str:
    """The lines that the change takes away and those it puts in their place."""
    command = [sys.executable, "-m", "mutmut", "show", name]
    diff = subprocess.run(command, cwd=COPY, capture_output=True, text=True).stdout
    changed = (line for line in diff.splitlines() if re.match(r"[-+](?!--|\+\+)", line))
    return "\n".join(f"    {line}" for line in changed)


if __name__ == "__main__":
    main()
