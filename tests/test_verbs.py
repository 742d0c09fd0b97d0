"""What all verbs keep: they write and let the constraint speak, and refuse at a field there is."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms

from tests.sources import APPS, modules

LOOK_THEN_LEAP = """
def found(code):
    if Fund.objects.filter(code=code).exists():
        raise Refusal("There is one.")
    return Fund.objects.create(code=code)
"""


def leaps(tree: ast.AST) -> list[str]:
    """The functions that ask `exists()` and then `create(...)`: two at once do both."""
    return [
        function.name
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        and (asked := _lines_of_calls(function, "exists"))
        and any(line > min(asked) for line in _lines_of_calls(function, "create"))
    ]


def _lines_of_calls(tree: ast.AST, name: str) -> list[int]:
    return [
        call.lineno
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == name
    ]


def test_no_verb_asks_whether_there_is_one_and_then_makes_it() -> None:
    assert leaps(ast.parse(LOOK_THEN_LEAP)) == ["found"]
    found = [f"{path}: {name}" for path, tree in modules() for name in leaps(tree)]
    assert found == []


def saves(tree: ast.AST) -> list[int]:
    """The lines that write or delete rows themselves."""
    writes = {"save", "delete", "bulk_create", "get_or_create", "update_or_create"}
    return [line for name in sorted(writes) for line in _lines_of_calls(tree, name)]


def test_a_view_writes_nothing_but_through_a_verb() -> None:
    assert saves(ast.parse("user.language = code\nuser.save()")) == [2]
    views = [(path, tree) for path, tree in modules() if "views" in {path.stem, path.parent.name}]
    assert len(views) > 10
    assert [f"{path}:{line}" for path, tree in views for line in saves(tree)] == []


def named_fields(tree: ast.AST) -> Iterator[str]:
    """The fields that refusals of a module name."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and _is_refusal(call.func):
            for given in call.keywords:
                if given.arg == "field" and isinstance(given.value, ast.Constant):
                    yield str(given.value.value)


def _is_refusal(called: ast.expr) -> bool:
    """A Refusal or a kind of it, by name; NotEnough and BadRange are kinds of it."""
    name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
    return name.endswith(("Refusal", "Refused")) or name in {"NotEnough", "BadRange"}


def fields_shown(app: str) -> set[str]:
    """The fields of all forms of an app."""
    found: set[str] = set()
    for path, tree in modules(app):
        if any(isinstance(part, ast.ClassDef) and "Form" in part.name for part in tree.body):
            for value in vars(importlib.import_module(_dotted(path))).values():
                if isinstance(value, type) and issubclass(value, forms.BaseForm):
                    found |= set(getattr(value, "base_fields", {}))
    return found


def _dotted(path: Path) -> str:
    return ".".join(path.with_suffix("").parts)


@pytest.mark.parametrize("app", APPS)
def test_a_refusal_names_a_field_that_a_form_of_its_app_shows(app: str) -> None:
    named = {field: str(path) for path, tree in modules(app) for field in named_fields(tree)}
    assert {field: at for field, at in named.items() if field not in fields_shown(app)} == {}


def test_refusals_that_name_a_field_are_found() -> None:
    """Each app that has any; a kind of refusal with a name of its own would be overlooked."""
    assert {app for app in APPS for _, tree in modules(app) if [*named_fields(tree)]} == set(APPS)
