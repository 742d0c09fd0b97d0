"""Payments above a limit wait for the signature of a second person. ADR 0056."""

import django.db.models.deletion
from django.db import migrations, models

import portal.clock


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0007_waits_since_a_moment"),
    ]

    operations = [
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount_fen", models.BigIntegerField()),
                ("reference", models.CharField(max_length=80)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "To be signed by a second person"),
                            ("booked", "Booked"),
                            ("rejected", "Rejected"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("submitted_at", models.DateTimeField(default=portal.clock.now, editable=False)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="campaigns.account",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "rejected"), _negated=True),
                        fields=("reference",),
                        name="payment_once_per_reference",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_fen__gt", 0), ("amount_fen__lt", 10000000000000)
                        ),
                        name="payment_of_a_possible_amount",
                    ),
                ],
            },
        ),
    ]
