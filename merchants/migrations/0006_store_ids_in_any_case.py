"""A store id is the same in any case: people type it.

Where two stores differ by case alone, the database names them and nothing changes: one of them has
to be renamed or rejected first.
"""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0005_waits_since_a_moment"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="store",
            name="store_registered_once",
        ),
        migrations.RemoveConstraint(
            model_name="store",
            name="store_verified_once_per_marketplace",
        ),
        migrations.AddConstraint(
            model_name="store",
            constraint=models.UniqueConstraint(
                models.F("kind"),
                django.db.models.functions.text.Lower("external_id"),
                condition=models.Q(("status", "rejected"), _negated=True),
                name="store_registered_once",
                violation_error_message="This store is registered already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="store",
            constraint=models.UniqueConstraint(
                models.Case(models.When(kind="taobao", then=models.Value("tmall")), default="kind"),
                django.db.models.functions.text.Lower("external_id"),
                condition=models.Q(("status", "verified")),
                name="store_verified_once_per_marketplace",
                violation_error_message="This marketplace has another verified store with this id.",
            ),
        ),
    ]
