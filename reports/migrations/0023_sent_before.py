"""What sources sent before they said otherwise; our links send the clicks that are set aside, too."""

from typing import Any

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


def say_what_links_send(apps: Any, schema_editor: Any) -> None:
    links = apps.get_model("reports", "Source").objects.filter(kind="links", sends=["click"])
    links.update(sends=["click", "repeated_click", "machine_click"])


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0022_breaches"),
    ]

    operations = [
        migrations.CreateModel(
            name="SentBefore",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "sends",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                ("until", models.DateTimeField()),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sent_before",
                        to="reports.source",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["source", "until"], name="sent_before_of_source")],
            },
        ),
        migrations.RunPython(say_what_links_send, migrations.RunPython.noop, elidable=True),
    ]
