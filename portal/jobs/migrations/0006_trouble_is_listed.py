"""The list of jobs with trouble, and the last job that ended."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_found_by_pairs"),
        ("jobs", "0005_waits_shares_and_causes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
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
                    ("over_time", "It took longer than work of its kind may."),
                ],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(
                    models.Q(
                        ("state__in", ["queued", "running"]),
                        models.Q(("attempts__gt", 0), ("setbacks__gt", 0), _connector="OR"),
                    ),
                    models.Q(("cause__gt", ""), ("state", "failed")),
                    _connector="OR",
                ),
                fields=["created_at"],
                name="job_with_trouble",
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("finished_at__isnull", False)),
                fields=["finished_at"],
                name="job_by_its_end",
            ),
        ),
    ]
