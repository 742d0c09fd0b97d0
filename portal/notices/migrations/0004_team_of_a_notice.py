"""A notice knows the team whose affair it is: who left it meanwhile gets no mail."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_platform_people_are_in_no_team"),
        ("notices", "0003_mail_due_at"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="team",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.team",
            ),
        ),
    ]
