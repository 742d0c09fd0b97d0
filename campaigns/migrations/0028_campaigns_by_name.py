"""Open campaigns of a merchant have names of their own. ADR 0148."""

from django.conf import settings
from django.db import migrations, models

# Two of one name were possible before: the oldest keeps it, the others get their number beside it,
# within the 60 characters of a name.
OLDEST_KEEPS_IT = """
UPDATE campaigns_campaign AS later
SET name = left(later.name, 58 - length(later.id::text)) || ' #' || later.id
WHERE later.closed_at IS NULL AND EXISTS (
    SELECT 1 FROM campaigns_campaign AS oldest
    WHERE oldest.closed_at IS NULL AND oldest.id < later.id
        AND oldest.merchant_id = later.merchant_id AND oldest.name = later.name
)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0027_quick_boosts"),
        ("merchants", "0013_merchants_that_wait"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(OLDEST_KEEPS_IT, migrations.RunSQL.noop),
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
