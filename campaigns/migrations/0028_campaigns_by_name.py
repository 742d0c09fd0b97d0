"""Open campaigns of a merchant have names of their own. ADR 0148."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0027_quick_boosts"),
        ("merchants", "0013_merchants_that_wait"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)),
                fields=("merchant", "name"),
                name="campaign_open_once_by_name",
                violation_error_message="A campaign of this name is open already.",
            ),
        ),
    ]
