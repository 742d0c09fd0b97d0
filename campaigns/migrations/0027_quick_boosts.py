"""The quick form, evenings, new objectives and boosts asked for together. ADR 0149."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0026_funds_count_what_was_drawn"),
        ("merchants", "0013_merchants_that_wait"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="boost",
            name="boost_budget_at_least_one_day",
        ),
        migrations.AddField(
            model_name="boost",
            name="day_part",
            field=models.CharField(
                choices=[("whole", "All day"), ("evening", "Evenings, 18:00 to 24:00")],
                default="whole",
                max_length=10,
                verbose_name="hours of the day",
            ),
        ),
        migrations.AddField(
            model_name="boost",
            name="form",
            field=models.CharField(
                choices=[("quick", "Quick form"), ("full", "Full form")],
                default="full",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="boost",
            name="hours",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="hours from approval"
            ),
        ),
        migrations.AddField(
            model_name="boost",
            name="is_dated",
            field=models.BooleanField(default=True, editable=False),
        ),
        migrations.AddField(
            model_name="boost",
            name="together",
            field=models.UUIDField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="boost",
            name="objective",
            field=models.CharField(
                choices=[
                    ("reads", "More reads"),
                    ("clicks", "More product clicks"),
                    ("orders", "More orders"),
                    ("followers", "More followers"),
                    ("messages", "More messages"),
                ],
                max_length=10,
                verbose_name="objective",
            ),
        ),
        migrations.AddIndex(
            model_name="boost",
            index=models.Index(
                condition=models.Q(("together__isnull", False)),
                fields=["together"],
                name="boost_together",
            ),
        ),
        migrations.AddConstraint(
            model_name="boost",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("form", "full"), _negated=True),
                    models.Q(("budget_fen__gte", 10000), ("hours", None)),
                    _connector="OR",
                ),
                name="boost_budget_at_least_one_day",
                violation_error_message="The budget is at least ¥100.00 a day.",
            ),
        ),
        migrations.AddConstraint(
            model_name="boost",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("form", "quick"), _negated=True),
                    models.Q(
                        ("budget_fen__range", (7500, 750000)),
                        ("daily_cap_fen", None),
                        ("day_part", "whole"),
                        ("hours__isnull", False),
                        ("hours__range", (6, 168)),
                    ),
                    _connector="OR",
                ),
                name="boost_of_the_quick_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="boost",
            constraint=models.CheckConstraint(
                condition=models.Q(("form__in", ["quick", "full"])), name="boost_of_a_form"
            ),
        ),
        migrations.AddConstraint(
            model_name="boost",
            constraint=models.CheckConstraint(
                condition=models.Q(("day_part__in", ["whole", "evening"])),
                name="boost_of_a_day_part",
            ),
        ),
    ]
