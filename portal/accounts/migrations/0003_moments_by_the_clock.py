"""Rows take their moments from `portal/clock.py`; the tables stay as they are."""

from django.db import migrations, models

import portal.clock


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_audit_append_only"),
    ]

    operations = [
        migrations.AlterField(
            model_name="auditentry",
            name="at",
            field=models.DateTimeField(default=portal.clock.now, editable=False),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="created_at",
            field=models.DateTimeField(default=portal.clock.now, editable=False),
        ),
        migrations.AlterField(
            model_name="membership",
            name="created_at",
            field=models.DateTimeField(default=portal.clock.now, editable=False),
        ),
        migrations.AlterField(
            model_name="notice",
            name="created_at",
            field=models.DateTimeField(default=portal.clock.now, editable=False),
        ),
        migrations.AlterField(
            model_name="user",
            name="joined_at",
            field=models.DateTimeField(default=portal.clock.now, editable=False),
        ),
    ]
