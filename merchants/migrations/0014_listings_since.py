from django.db import migrations, models

# A listing that is live was made live last when its open period began.
SINCE = """
UPDATE merchants_listing AS l SET since_at = p.live_from
FROM (SELECT listing_id, max(live_from) AS live_from FROM merchants_listingperiod
      GROUP BY listing_id) AS p
WHERE p.listing_id = l.id;
"""


class Migration(migrations.Migration):
    dependencies = [("merchants", "0013_merchants_that_wait")]

    operations = [
        migrations.AddField(
            model_name="listing",
            name="since_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RunSQL(SINCE, migrations.RunSQL.noop),
    ]
