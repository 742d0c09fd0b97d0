"""Rows take their moments from `portal/clock.py`; the tables stay as they are."""

from django.db import migrations, models

import portal.clock


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0004_accounts_know_no_owner"),
    ]

    operations = [
        migrations.AlterField(
            model_name="boost",
            name="created_at",
            field=models.DateTimeField(default=portal.clock.now, editable=False),
        ),
        migrations.AlterField(
            model_name="boostreview",
            name="decided_at",
            field=models.DateTimeField(default=portal.clock.now, editable=False),
        ),
        migrations.AlterField(
            model_name="transfer",
            name="created_at",
            field=models.DateTimeField(default=portal.clock.now, editable=False),
        ),
    ]
