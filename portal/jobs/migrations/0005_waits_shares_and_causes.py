"""Why and until when a job waits, who works on it since when, and whose turn it is."""

import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_platform_people_are_in_no_team"),
        ("jobs", "0004_request_id"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="job",
            name="cause",
            field=models.CharField(
                blank=True,
                choices=[
                    ("disk", "The disk is full or does not answer."),
                    ("database", "The database was away."),
                    ("memory", "There was too little memory."),
                    ("broker", "The message broker was away."),
                    ("stopped", "The worker was stopped."),
                    ("broken", "The work broke. The log says where."),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="job",
            name="keeps_trying",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="job",
            name="setbacks",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="job",
            name="started_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="job",
            name="waits_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="job",
            name="worker",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce("team", 0),
                models.F("started_at"),
                name="job_by_turn",
            ),
        ),
    ]
