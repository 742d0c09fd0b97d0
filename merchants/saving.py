"""Saving a row so that a broken constraint becomes a sentence, even in a race."""

from typing import NoReturn

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from portal.refusals import Refusal


def save_or_refuse(row: models.Model) -> None:
    """Validate and save `row`. Raises Refusal with the sentence of the first broken rule."""
    try:
        row.full_clean()
    except ValidationError as error:
        _refuse(error)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        # Someone else took the same key between the check and the write: now the check sees it.
        try:
            row.validate_constraints()
        except ValidationError as error:
            _refuse(error)
        raise


def _refuse(error: ValidationError) -> NoReturn:
    field, sentences = next(iter(error.message_dict.items()))
    raise Refusal(sentences[0], field=None if field == NON_FIELD_ERRORS else field) from error
