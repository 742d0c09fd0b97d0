"""Ids in tests tell one table from another, and are none that a test writes down."""

import pytest
from django.apps import apps
from django.db import connection


@pytest.mark.django_db
def test_each_table_has_numbers_of_its_own() -> None:
    serial = [
        model for model in apps.get_models() if model._meta.pk.get_internal_type() == "BigAutoField"
    ]
    with connection.cursor() as cursor:
        begun = set()
        for model in serial:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [model._meta.db_table]
            )
            begun.add(cursor.fetchone()[0] // 1_000_000)
    assert len(begun) == len(serial)
    assert min(begun) >= 1
