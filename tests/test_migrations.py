"""Migrations of tables that are large let others read and write meanwhile."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models

import reports.migrations

# What came before was written before the rule.
FIRST = "0021"
# A constraint that looks at all rows while nobody else may read them.
ADDED = re.compile(r"ADD\s+CONSTRAINT(?!.*NOT\s+VALID)", re.IGNORECASE | re.DOTALL)


def written() -> list[tuple[str, Any]]:
    names = sorted(path.stem for path in Path(*reports.migrations.__path__).glob("0*.py"))
    later = [name for name in names if name >= FIRST]
    return [(name, import_module(f"reports.migrations.{name}").Migration) for name in later]


def troubles(found: list[tuple[str, Any]]) -> Iterator[str]:
    """Checks that look at the rows of a table that was there, and those that never look at them."""
    unseen: dict[str, str] = {}
    for name, migration in found:
        made = {
            one.name.lower()
            for one in migration.operations
            if isinstance(one, migrations.CreateModel)
        }
        for one in migration.operations:
            if isinstance(one, AddConstraintNotValid):
                unseen[one.constraint.name] = name
            elif isinstance(one, migrations.AddConstraint) and one.model_name.lower() not in made:
                yield f"{name}: {one.constraint.name} is looked at while the table is locked"
            elif isinstance(one, ValidateConstraint) and unseen.pop(one.name, name) == name:
                yield f"{name}: {one.name} is looked at by the migration that adds it"
            elif isinstance(one, migrations.RunSQL) and ADDED.search(str(one.sql)):
                yield f"{name}: a constraint is looked at while the table is locked"
    for constraint, name in unseen.items():
        yield f"{name}: {constraint} is never looked at"


def test_a_constraint_of_a_table_that_is_there_is_looked_at_while_others_write() -> None:
    assert list(troubles(written())) == []


CHECK = models.CheckConstraint(condition=models.Q(row__gt=0), name="c")
ADD, LATER = migrations.AddConstraint("fact", CHECK), AddConstraintNotValid("fact", CHECK)
SEEN, MADE = ValidateConstraint("fact", "c"), migrations.CreateModel("Fact", [])


@pytest.mark.parametrize(
    ("steps", "is_wrong"),
    [
        ([[ADD]], True),
        ([[LATER]], True),
        ([[LATER, SEEN]], True),
        ([[migrations.RunSQL("ALTER TABLE f ADD CONSTRAINT c CHECK (a > 0)")]], True),
        ([[LATER], [SEEN]], False),
        ([[MADE, ADD]], False),
        ([[migrations.RunSQL("ALTER TABLE f ADD CONSTRAINT c CHECK (a > 0) NOT VALID")]], False),
    ],
)
def test_what_locks_is_found(steps: list[list[Any]], is_wrong: bool) -> None:
    found = [(str(number), SimpleNamespace(operations=one)) for number, one in enumerate(steps)]
    assert bool(list(troubles(found))) == is_wrong
