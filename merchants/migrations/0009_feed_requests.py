"""A merchant asks for the community's feed."""

import django.db.models.deletion
from django.db import migrations, models

import portal.clock


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0008_found_by_pairs"),
    ]

    operations = [
        migrations.CreateModel(
            name="FeedRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "account_name",
                    models.CharField(max_length=80, verbose_name="account in the community"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("submitted", "Waiting for a decision"),
                            ("approved", "Approved"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="submitted",
                        max_length=10,
                    ),
                ),
                ("decision_reason", models.TextField(blank=True)),
                ("submitted_at", models.DateTimeField(default=portal.clock.now, editable=False)),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="feed_requests",
                        to="merchants.merchant",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "submitted")),
                        fields=["submitted_at"],
                        name="feed_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "submitted")),
                        fields=("merchant",),
                        name="feed_asked_once",
                        violation_error_message="You have asked already.",
                    )
                ],
            },
        ),
    ]
