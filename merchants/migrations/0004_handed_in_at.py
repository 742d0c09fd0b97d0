"""When a company or a store was handed in last: from there its decision is waited for."""

from django.db import migrations, models

import portal.clock

# The audit log knows when it was handed in; what it does not know came with its first row.
FILL = """
UPDATE merchants_merchant AS merchant SET submitted_at = (
    SELECT MAX(entry.at) FROM accounts_auditentry AS entry
    WHERE entry.subject = 'merchant:' || merchant.id AND entry.verb = 'merchant.submitted'
);
UPDATE merchants_merchant SET submitted_at = created_at
WHERE submitted_at IS NULL AND status <> 'draft';
UPDATE merchants_store AS store SET submitted_at = COALESCE((
    SELECT MAX(entry.at) FROM accounts_auditentry AS entry
    WHERE entry.subject = 'store:' || store.id
    AND entry.verb IN ('store.registered', 'store.verifying')
), created_at);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0003_moments_by_the_clock"),
        ("accounts", "0007_platform_people_are_in_no_team"),
    ]

    operations = [
        migrations.AddField(
            model_name="merchant",
            name="submitted_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="store",
            name="submitted_at",
            field=models.DateTimeField(default=portal.clock.now, editable=False),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
