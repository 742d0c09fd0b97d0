"""Lines of each submission, with accounts; hours, spans and what a boost has cost. ADR 0135, 0136."""

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0014_payments_announced"),
        ("merchants", "0013_merchants_that_wait"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BoostSpan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_at", models.DateTimeField()),
                ("to_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["from_at"],
            },
        ),
        migrations.AlterModelOptions(
            name="fundingline",
            options={"ordering": [models.OrderBy(models.F("place"), nulls_last=True), "pk"]},
        ),
        migrations.RemoveConstraint(
            model_name="fundingline",
            name="funding_line_once_per_source",
        ),
        migrations.AddField(
            model_name="boost",
            name="asking",
            field=models.PositiveSmallIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="boost",
            name="captured_fen",
            field=models.BigIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="boost",
            name="captures",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="boost",
            name="daily_cap_fen",
            field=models.BigIntegerField(blank=True, null=True, verbose_name="most a day"),
        ),
        migrations.AddField(
            model_name="boost",
            name="end_cause",
            field=models.CharField(
                blank=True,
                choices=[
                    ("period", "Its period is over"),
                    ("merchant", "Stopped by the merchant"),
                    ("platform", "Stopped by the platform"),
                    ("closing", "What it led to was closed"),
                ],
                editable=False,
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="boost",
            name="ended_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="boost",
            name="to_hour",
            field=models.PositiveSmallIntegerField(default=24),
        ),
        migrations.AddField(
            model_name="fundingline",
            name="account",
            field=models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="held_for",
                to="campaigns.account",
            ),
        ),
        migrations.AddField(
            model_name="fundingline",
            name="spent",
            field=models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="spent_for",
                to="campaigns.account",
            ),
        ),
        migrations.AddField(
            model_name="boost",
            name="from_hour",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="boost",
            name="held_fen",
            field=models.BigIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="boost",
            name="refused_fen",
            field=models.BigIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="boost",
            name="settled_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="fundingline",
            name="place",
            field=models.PositiveSmallIntegerField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="fundingline",
            name="submission",
            field=models.PositiveSmallIntegerField(default=1, editable=False),
        ),
        migrations.AlterField(
            model_name="boost",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("submitted", "In review"),
                    ("returned", "Returned"),
                    ("rejected", "Rejected"),
                    ("approved", "Approved"),
                    ("scheduled", "Scheduled"),
                    ("running", "Running"),
                    ("paused", "Paused"),
                    ("completed", "Completed"),
                    ("stopped", "Stopped"),
                ],
                default="draft",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="boost",
            name="ends_at",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    django.db.models.expressions.CombinedExpression(
                        models.F("ends_on"),
                        "+",
                        models.Func(
                            models.F("to_hour"),
                            output_field=models.DurationField(),
                            template="make_interval(hours => %(expressions)s)",
                        ),
                    ),
                    output_field=models.DateTimeField(),
                    template="timezone('Asia/Shanghai', %(expressions)s)",
                ),
                output_field=models.DateTimeField(),
            ),
        ),
        migrations.AddField(
            model_name="boost",
            name="starts_at",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    django.db.models.expressions.CombinedExpression(
                        models.F("starts_on"),
                        "+",
                        models.Func(
                            models.F("from_hour"),
                            output_field=models.DurationField(),
                            template="make_interval(hours => %(expressions)s)",
                        ),
                    ),
                    output_field=models.DateTimeField(),
                    template="timezone('Asia/Shanghai', %(expressions)s)",
                ),
                output_field=models.DateTimeField(),
            ),
        ),
        migrations.AddIndex(
            model_name="boost",
            index=models.Index(
                condition=models.Q(("status__in", ["running", "paused"])),
                fields=["ends_at"],
                name="boost_under_way",
            ),
        ),
        migrations.AddIndex(
            model_name="boost",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", False), ("settled_at", None)),
                fields=["ended_at"],
                name="boost_to_settle",
            ),
        ),
        migrations.AddConstraint(
            model_name="boost",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("from_hour__lte", 23),
                    ("to_hour__range", (1, 24)),
                    models.Q(
                        ("ends_on__gt", models.F("starts_on")),
                        ("to_hour__gt", models.F("from_hour")),
                        _connector="OR",
                    ),
                ),
                name="boost_of_whole_hours",
            ),
        ),
        migrations.AddConstraint(
            model_name="boost",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("captured_fen__gte", 0),
                    ("captured_fen__lte", models.F("held_fen")),
                    ("refused_fen__gte", 0),
                ),
                name="boost_captures_what_it_holds",
            ),
        ),
        migrations.AddConstraint(
            model_name="boost",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("daily_cap_fen", None), ("daily_cap_fen__gte", 10000), _connector="OR"
                ),
                name="boost_cap_is_a_days_budget",
            ),
        ),
        migrations.AddConstraint(
            model_name="boost",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("settled_at", None)),
                    ("status__in", ["completed", "stopped"]),
                    _connector="OR",
                ),
                name="boost_settles_after_its_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="fundingline",
            constraint=models.UniqueConstraint(
                fields=("boost", "submission", "source", "fund"),
                name="funding_line_once_per_source",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="fundingline",
            constraint=models.UniqueConstraint(
                fields=("boost", "submission", "place"), name="funding_line_has_its_place"
            ),
        ),
        migrations.AddField(
            model_name="boostspan",
            name="boost",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="spans",
                to="campaigns.boost",
            ),
        ),
        migrations.AddConstraint(
            model_name="boostspan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("to_at", None), ("to_at__gte", models.F("from_at")), _connector="OR"
                ),
                name="boost_span_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="boostspan",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        models.Func(
                            django.db.models.functions.comparison.Cast(
                                "boost", models.BigIntegerField()
                            ),
                            django.db.models.functions.comparison.Cast(
                                "boost", models.BigIntegerField()
                            ),
                            models.Value("[]"),
                            function="int8range",
                        ),
                        "&&",
                    ),
                    (
                        models.Func(models.F("from_at"), models.F("to_at"), function="tstzrange"),
                        "&&",
                    ),
                ],
                name="boost_spans_do_not_overlap",
            ),
        ),
    ]
