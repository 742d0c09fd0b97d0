"""A report day says which of its facts are of samples, and of how large ones."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0025_delay_curves")]

    operations = [
        migrations.AddField(model, "samples", models.JSONField(default=dict, db_default={}))
        for model in ("reportday", "draft")
    ]
