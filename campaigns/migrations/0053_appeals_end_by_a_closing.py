"""What a closing ends of a disputed rejection has a word of its own. ADR 0156."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0052_answers_are_let_go"),
    ]

    operations = [
        migrations.AlterField(
            model_name="closingboost",
            name="fate",
            field=models.CharField(
                choices=[
                    ("open", "Still to be dealt with"),
                    ("ended", "Ended by the platform"),
                    ("returned", "Returned to its merchant"),
                    ("rejected", "Rejected as before; its appeal ended"),
                    ("over", "Was over, or taken back, already"),
                ],
                default="open",
                max_length=10,
            ),
        ),
    ]
