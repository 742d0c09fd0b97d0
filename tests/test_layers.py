"""Names as strings are imports too: an app names pages of its own or of a lower app.

What a lower page shows of an upper app is asked of a registry, such as `portal.shell.navigation`,
that the upper app fills in its `AppConfig.ready`.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import get_resolver

from portal.celery import app
from portal.jobs.registry import KINDS, SCHEDULE
from tests.sources import APPS, files

# Folders of templates that are no app's own: the shared frame, and pages of libraries.
SHARED_TEMPLATES = {"portal", "account", "allauth", "mfa"}


def _layer_of_apps() -> dict[str, str]:
    return {config.label: config.name.partition(".")[0] for config in apps.get_app_configs()}


@cache
def _owners() -> dict[str, str]:
    """Which layer has the pages of which namespace, named as its app: `accounts` is of `portal`."""
    layer_of = _layer_of_apps()
    return {space: layer_of[space] for space in get_resolver().namespace_dict}


def upper_names(layer: str, names: Iterator[str]) -> list[str]:
    """Those of `names` that are pages of a layer above `layer`."""
    height = APPS.index(layer)
    return [name for name in names if APPS.index(_owners()[name.partition(":")[0]]) > height]


def names_in_python(text: str) -> Iterator[str]:
    """Names of pages in strings, whole (`"jobs:job-progress"`) or begun (`f"jobs:{page}"`)."""
    page = re.compile(rf"({'|'.join(_owners())}):[\w-]*")
    yield from (found[0] for found in map(page.match, _strings(text)) if found)


def _strings(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def names_in_template(text: str) -> Iterator[str]:
    """Names of pages in quotes, wherever a tag of the template has them."""
    page = re.compile(rf"""["'](?:{"|".join(_owners())}):[\w-]*""")
    for tag in re.findall(r"{[%{].*?[%}]}", text, re.DOTALL):
        yield from (found[0][1:] for found in page.finditer(tag))


def _templates() -> Iterator[tuple[str, Path]]:
    layer_of = _layer_of_apps()
    folder = Path(settings.BASE_DIR, "templates")
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        top, *inside = path.relative_to(folder).parts
        yield "portal" if not inside or top in SHARED_TEMPLATES else layer_of[top], path


def test_no_module_names_a_page_of_an_upper_app() -> None:
    named = {
        str(path): upper
        for path, text in files()
        if (upper := upper_names(path.parts[0], names_in_python(text)))
    }
    assert named == {}


def test_no_template_names_a_page_of_an_upper_app() -> None:
    named = {
        str(path.relative_to(settings.BASE_DIR)): upper
        for layer, path in _templates()
        if (upper := upper_names(layer, names_in_template(path.read_text("utf-8"))))
    }
    assert named == {}


def test_no_module_names_a_task_or_a_kind_of_job_of_an_upper_app() -> None:
    modules = {name: kind.work.__module__ for name, kind in KINDS.items()}
    modules |= {name: app.tasks[name].__module__ for name in SCHEDULE}
    height = {name: APPS.index(module.partition(".")[0]) for name, module in modules.items()}
    assert set(height.values()) > {0}
    named = {
        (str(path), name)
        for path, text in files()
        for name in _strings(text)
        if height.get(name, 0) > APPS.index(path.parts[0])
    }
    assert named == set()


def imports_test_kit(text: str) -> bool:
    """Whether a module imports what Django has for tests, which changes settings of the process."""
    return any(
        name == "django.test" or name.startswith("django.test.")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        )
    )


def test_what_people_run_imports_nothing_that_is_for_tests() -> None:
    run = dict(files(*APPS, "demo"))
    assert {path.parts[0] for path in run} == {*APPS, "demo"}
    assert [str(path) for path, text in run.items() if imports_test_kit(text)] == []


@pytest.mark.parametrize(
    "line",
    [
        "from django.test.utils import override_settings",
        "from django.test import Client",
        "from django import test",
        "import django.test",
    ],
)
def test_an_import_of_the_test_kit_is_seen(line: str) -> None:
    assert imports_test_kit(line)
    assert not imports_test_kit(line.replace("test", "forms"))


def test_every_app_says_where_each_of_its_rooms_stands() -> None:
    """A room without a line in its app's contract makes the check of imports fail."""
    with Path(settings.BASE_DIR, "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    of_rooms = [contract for contract in contracts if "containers" in contract]
    assert [contract["containers"] for contract in of_rooms] == [[app] for app in (*APPS, "demo")]
    assert {contract["name"] for contract in of_rooms if not contract["exhaustive"]} == set()
    assert {tuple(contract["exhaustive_ignores"]) for contract in of_rooms} == {("tests",)}


def test_every_layer_has_pages_and_names_some_of_them() -> None:
    assert set(_owners().values()) == set(APPS)
    named = [name for _path, text in files() for name in names_in_python(text)] + [
        name for _layer, path in _templates() for name in names_in_template(path.read_text())
    ]
    assert {_owners()[name.partition(":")[0]] for name in named} == set(APPS)


@pytest.mark.parametrize(
    "line",
    [
        'reverse("campaigns:boost-new", args=[code])',
        'redirect("campaigns:boost-new", code)',
        'tables.Column(linkify=("campaigns:boost-new", [A("pk")]))',
        'Entry(_("New"), "plus", "campaigns:boost-new", "boost.edit", Area.MERCHANT, 1)',
        'review_page(request, form, to="campaigns:boost-new")',
        'reverse(f"campaigns:{page}", args=args)',
    ],
)
def test_a_name_in_python_is_found_however_it_is_written(line: str) -> None:
    assert upper_names("merchants", names_in_python(line))
    assert not upper_names("campaigns", names_in_python(line))
    assert not upper_names("reports", names_in_python(line))


@pytest.mark.parametrize(
    "line",
    [
        "{% url 'campaigns:boost-new' merchant.code %}",
        '<a href="{% url "campaigns:boost-new" merchant.code %}">',
        '{% include "portal/_link.html" with page="campaigns:boost-new" %}',
        "{{ page|default:'campaigns:boost-new' }}",
    ],
)
def test_a_name_in_a_template_is_found_however_it_is_written(line: str) -> None:
    assert upper_names("merchants", names_in_template(line))
    assert not upper_names("campaigns", names_in_template(line))
    assert not upper_names("reports", names_in_template(line))
