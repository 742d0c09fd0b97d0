"""What 0021 demands of facts is looked at in those that were there, while others read and write them.

Each table is its own transaction: a lock is held no longer than its table takes.
"""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations

CONSTRAINTS = {
    "creditfact": "credit_of_a_sample",
    "conversionfact": "conversions_of_a_sample",
    "touchfact": "touches_of_a_sample",
    "creditsum": "credit_sums_of_a_sample",
    "touchsum": "touch_sums_of_a_sample",
}


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("reports", "0031_refund_periods")]

    operations = [ValidateConstraint(facts, name) for facts, name in CONSTRAINTS.items()]
