"""Saving a row so that a broken constraint becomes a sentence, even in a race."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import NoReturn

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from portal.refusals import Refusal


def save_or_refuse(row: models.Model, *, field: str | None = None) -> None:
    """Validate and save `row`. Raises Refusal with the sentence of the first broken rule.

    `field` is where the form shows a rule that is about several columns.
    """
    try:
        row.full_clean()
    except ValidationError as error:
        _refuse(error, field)
    with or_refuse(row, field=field):
        row.save()


def clean_or_refuse(row: models.Model, *, but: Collection[str]) -> None:
    """Validate the fields of `row` by themselves, leaving out `but`. Raises Refusal at a field."""
    try:
        row.clean_fields(exclude=but)
    except ValidationError as error:
        _refuse(error, None)


@contextmanager
def or_refuse(row: models.Model, *, field: str | None = None) -> Iterator[None]:
    """What is done inside to `row` is undone when a constraint forbids it. Raises Refusal."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        # Also when someone else took the key between a check and the write: now the check sees it.
        # A unique column is no constraint to Django, so both are asked.
        try:
            row.validate_unique()
            row.validate_constraints()
        except ValidationError as error:
            _refuse(error, field)
        raise


def _refuse(error: ValidationError, field: str | None) -> NoReturn:
    found, sentences = next(iter(error.message_dict.items()))
    raise Refusal(sentences[0], field=field if found == NON_FIELD_ERRORS else found) from error
