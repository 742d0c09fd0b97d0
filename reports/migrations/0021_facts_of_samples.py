"""Facts of sampled days stand apart by groups of users; those of other days stay as they are."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

FACTS = {
    "creditfact": "credit_of_a_sample",
    "conversionfact": "conversions_of_a_sample",
    "touchfact": "touches_of_a_sample",
    "creditsum": "credit_sums_of_a_sample",
    "touchsum": "touch_sums_of_a_sample",
}


def _sampled(name: str) -> models.CheckConstraint:
    group = Q(user_group__isnull=False, user_group__gte=0, user_group__lt=32)
    ratio = Q(sampling_ratio__isnull=False, sampling_ratio__gt=0, sampling_ratio__lt=1)
    return models.CheckConstraint(
        condition=Q(user_group=None, sampling_ratio=None) | (group & ratio), name=name
    )


class Migration(migrations.Migration):
    dependencies = [("reports", "0020_slices_by_closing")]

    operations = [
        operation
        for facts, name in FACTS.items()
        for operation in (
            migrations.AddField(facts, "user_group", models.SmallIntegerField(null=True)),
            migrations.AddField(
                facts,
                "sampling_ratio",
                models.DecimalField(decimal_places=6, max_digits=7, null=True),
            ),
            # The rows that are there are looked at by 0032, while others read and write them.
            AddConstraintNotValid(facts, _sampled(name)),
        )
    ]
