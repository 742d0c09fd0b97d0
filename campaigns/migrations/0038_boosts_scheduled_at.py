from django.db import migrations, models

# What is scheduled begins with the moment in which all of its money was there: its approval, or
# what a round granted.
FILL = """
UPDATE campaigns_boost AS boost
SET scheduled_at = greatest(
    (SELECT max(review.decided_at) FROM campaigns_boostreview AS review
     WHERE review.boost_id = boost.id),
    (SELECT max(round.allocated_at) FROM campaigns_award AS award
     JOIN campaigns_round AS round ON round.id = award.round_id
     WHERE award.boost_id = boost.id AND award.status = 'granted')
)
WHERE boost.status = 'scheduled'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0037_reviews_have_codes"),
    ]

    operations = [
        migrations.AddField(
            model_name="boost",
            name="scheduled_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
