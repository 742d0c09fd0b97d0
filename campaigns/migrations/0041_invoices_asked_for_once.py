"""What a merchant asks an invoice for is asked for once. ADR 0155."""

from django.conf import settings
from django.db import migrations, models

# Two equal requests were possible before: the oldest stands, the others were pressed once too often
# and nobody has been given an invoice for them.
OLDEST_STANDS = """
UPDATE campaigns_invoicerequest AS again SET status = 'withdrawn'
WHERE again.status = 'requested' AND EXISTS (
    SELECT 1 FROM campaigns_invoicerequest AS oldest
    WHERE oldest.status = 'requested' AND oldest.id < again.id
        AND oldest.merchant_id = again.merchant_id AND oldest.amount_fen = again.amount_fen
        AND oldest.title = again.title AND oldest.tax_number = again.tax_number
)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0040_awards_have_causes"),
        ("merchants", "0013_merchants_that_wait"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(OLDEST_STANDS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="invoicerequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "requested")),
                fields=("merchant", "amount_fen", "title", "tax_number"),
                name="invoice_asked_for_once",
                violation_error_message="You have asked for this very invoice; it is on its way.",
            ),
        ),
    ]
