"""The notices that portal/accounts had: the table is there, with its rows."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import portal.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0005_notices_have_a_room"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Notice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("text", models.CharField(max_length=300)),
                        ("params", models.JSONField(default=dict)),
                        ("url", models.CharField(max_length=300)),
                        (
                            "created_at",
                            models.DateTimeField(default=portal.clock.now, editable=False),
                        ),
                        ("read_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notices",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["user", "-created_at"],
                                name="accounts_no_user_id_6d4522_idx",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
