"""A proposed rule waits in the queue of decisions, since the moment it was handed in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("merchants", "0010_link_changes")]

    operations = [
        # Of twins that wait the first stays.
        migrations.RunSQL(
            """
            UPDATE merchants_opening AS twin SET status = 'withdrawn'
            FROM merchants_opening AS first
            WHERE twin.status = 'proposed' AND first.status = 'proposed' AND first.id < twin.id
              AND (first.programme_id, first.category_id, first.placement, first.store_kind,
                   first.state, first.effective_at)
                = (twin.programme_id, twin.category_id, twin.placement, twin.store_kind,
                   twin.state, twin.effective_at)
            """,
            migrations.RunSQL.noop,
        ),
        migrations.RenameField("opening", "created_at", "submitted_at"),
        migrations.AddIndex(
            "opening",
            models.Index(
                fields=["submitted_at"],
                condition=models.Q(status="proposed"),
                name="opening_waiting",
            ),
        ),
        migrations.AlterField(
            "opening",
            "status",
            models.CharField(
                choices=[
                    ("proposed", "Waiting for a second signature"),
                    ("signed", "Signed"),
                    ("rejected", "Rejected"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="proposed",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            "opening",
            models.UniqueConstraint(
                fields=[
                    "programme",
                    "category",
                    "placement",
                    "store_kind",
                    "state",
                    "effective_at",
                ],
                condition=models.Q(status="proposed"),
                name="opening_proposed_once",
                violation_error_message="This very rule waits for a signature already.",
            ),
        ),
    ]
