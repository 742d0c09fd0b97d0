"""What waits for a decision has waited since a moment that is known."""

from django.conf import settings
from django.db import migrations, models

# What it does not know came with its first row.
FILL = """
UPDATE campaigns_boost SET submitted_at = created_at
WHERE submitted_at IS NULL AND status = 'submitted';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0006_fund_code_has_its_sentence"),
        ("merchants", "0005_waits_since_a_moment"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="boost",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "submitted"), _negated=True),
                    ("submitted_at__isnull", False),
                    _connector="OR",
                ),
                name="boost_waits_since_a_moment",
            ),
        ),
    ]
