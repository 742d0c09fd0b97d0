"""Sources say what kind of party they are, what they send and when; batches what they cover."""

from typing import Any

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

READ = ["view", "like", "collect", "comment", "share", "follow", "click"]
BOUGHT = ["visit", "favourite", "cart", "order", "presale_deposit", "refund"]

# kind, days of delay, kinds of events. No party has declared a zone yet: times without one stay
# refused until somebody says which zone is meant.
DECLARED = {
    "community": ("community", 1, READ),
    "links": ("links", 1, ["click"]),
    "in_app": ("marketplace", 1, BOUGHT),
    "taobao_tmall": ("marketplace", 2, ["search", *BOUGHT]),
    "jd": ("marketplace", 2, ["search", *BOUGHT]),
    "vip": ("marketplace", 2, ["search", *BOUGHT]),
}


def declare(apps: Any, schema_editor: Any) -> None:
    sources = apps.get_model("reports", "Source").objects
    for code, (kind, delay_days, sends) in DECLARED.items():
        sources.filter(code=code).update(kind=kind, delay_days=delay_days, sends=sends)
    # Others that an installation has added.
    sources.exclude(code__in=DECLARED).filter(events="touchpoints").update(
        kind="community", sends=READ
    )
    sources.exclude(code__in=DECLARED).filter(events="conversions").update(
        kind="marketplace", sends=["search", *BOUGHT]
    )


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0013_merchants_that_wait"),
        ("reports", "0009_sums_of_days"),
    ]
    operations = [
        migrations.AddField(
            model_name="batch",
            name="is_whole",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="batch",
            name="period_first_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="batch",
            name="period_last_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="batch",
            name="period_rows",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="batch",
            name="period_value_fen",
            field=models.DecimalField(decimal_places=0, max_digits=30, null=True),
        ),
        migrations.AddField(
            model_name="batch",
            name="produced_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="delay_days",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="source",
            name="kind",
            field=models.CharField(
                choices=[
                    ("community", "Community"),
                    ("links", "Our own links"),
                    ("marketplace", "Marketplace or in-app shops"),
                    ("merchant", "A merchant's own figures"),
                ],
                default="marketplace",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="source",
            name="merchant",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sources",
                to="merchants.merchant",
            ),
        ),
        migrations.AddField(
            model_name="source",
            name="most_fen",
            field=models.BigIntegerField(default=1000000000),
        ),
        migrations.AddField(
            model_name="source",
            name="rhythm",
            field=models.CharField(
                choices=[
                    ("each_day", "Each day"),
                    ("each_week", "Each week"),
                    ("each_month", "Each month"),
                ],
                default="each_day",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="source",
            name="sends",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="source",
            name="unit",
            field=models.CharField(
                choices=[("fen", "Fen"), ("yuan", "Yuan")], default="fen", max_length=4
            ),
        ),
        migrations.AddField(
            model_name="source",
            name="zone",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.RunPython(declare, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("is_whole", False), ("period_first_on", None), ("period_last_on", None)
                    ),
                    models.Q(
                        ("period_first_on__isnull", False),
                        ("period_first_on__lte", models.F("period_last_on")),
                        ("period_last_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="batch_whole_of_a_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("events", "touchpoints"), ("kind__in", ["community", "links"])),
                    models.Q(("events", "conversions"), ("kind__in", ["marketplace", "merchant"])),
                    _connector="OR",
                ),
                name="source_sends_what_its_kind_may",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "merchant"), ("merchant__isnull", False)),
                    models.Q(
                        models.Q(("kind", "merchant"), _negated=True), ("merchant__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="source_of_a_merchant_names_him",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.UniqueConstraint(
                fields=("merchant", "marketplace"), name="source_of_a_merchant_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(("most_fen__gt", 0)), name="source_has_a_bound"
            ),
        ),
    ]
