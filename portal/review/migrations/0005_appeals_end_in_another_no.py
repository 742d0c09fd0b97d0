"""An appeal may end in another no than the one that was disputed. ADR 0151."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("review", "0004_comments"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="appeal",
            name="appeal_ends_with_its_outcome",
        ),
        migrations.AlterField(
            model_name="appeal",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("open", "Waits for another person"),
                    ("upheld", "The decision stands"),
                    ("overturned", "The decision was overturned"),
                    ("changed", "Decided otherwise, and not granted"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="open",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("outcome", "open")),
                    models.Q(
                        ("outcome__in", ["upheld", "overturned", "changed", "withdrawn"]),
                        ("ended_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="appeal_ends_with_its_outcome",
            ),
        ),
    ]
