"""A code says when the mail server took its mail. Those of before are taken as sent."""

from django.db import migrations, models

FILL = "UPDATE campaigns_fundguest SET mailed_at = sent_at"


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0055_refused_spend_that_rose")]

    operations = [
        migrations.AddField(
            "fundguest",
            "mailed_at",
            models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
