from django.db import migrations, models

# An award in full comes back for its days alone; one whose boost was asked for again in another
# round, or still waits, lapsed for want of money.
FILL = """
UPDATE campaigns_award
SET cause = CASE WHEN awarded_fen = asked_fen THEN 'over' ELSE 'too_little' END
WHERE status = 'returned';
UPDATE campaigns_award AS award SET cause = CASE
    WHEN boost.status = 'approved' AND boost.asking = award.submission THEN 'short'
    WHEN EXISTS (
        SELECT 1 FROM campaigns_award AS later
        WHERE later.boost_id = award.boost_id AND later.submission = award.submission
            AND later.id > award.id
    ) THEN 'short'
    ELSE 'gone'
END
FROM campaigns_boost AS boost
WHERE boost.id = award.boost_id AND award.status = 'lapsed';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0039_looks_at_boosts"),
    ]

    operations = [
        migrations.AddField(
            model_name="award",
            name="cause",
            field=models.CharField(
                blank=True,
                choices=[
                    ("too_little", "Too little for the boost"),
                    ("over", "The days of the boost had passed"),
                    ("gone", "The boost did not wait any more"),
                    ("short", "The money was not there any more"),
                    ("cap", "The most that is granted to one was reached"),
                ],
                default="",
                editable=False,
                max_length=10,
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="award",
            name="status",
            field=models.CharField(
                choices=[
                    ("waiting", "Being carried out"),
                    ("granted", "Granted"),
                    ("returned", "Returned"),
                    ("lapsed", "Lapsed"),
                ],
                default="waiting",
                max_length=10,
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cause", ""), ("status__in", ["waiting", "granted"])),
                    models.Q(("cause__in", ["over", "too_little"]), ("status", "returned")),
                    models.Q(("cause__in", ["cap", "gone", "short"]), ("status", "lapsed")),
                    _connector="OR",
                ),
                name="award_that_came_to_nothing_has_a_cause",
            ),
        ),
    ]
