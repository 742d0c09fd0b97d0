"""What a merchant's name looks like is kept beside it, and found by its pairs of characters."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from merchants.companies import looks
from portal.sought import Joined, Pairs

AT_ONCE = 1000


def fill(apps, editor):
    merchants = apps.get_model("merchants", "Merchant")
    rows = merchants.objects.filter(look="").only("pk", "name")
    filled = []
    for row in rows.iterator(AT_ONCE):
        row.look = looks.of(row.name)
        filled.append(row)
        if len(filled) == AT_ONCE:
            merchants.objects.bulk_update(filled, ["look"])
            filled = []
    merchants.objects.bulk_update(filled, ["look"])


class Migration(migrations.Migration):
    # The indexes are made beside the work of the day; filling again fills what is empty.
    atomic = False

    dependencies = [("merchants", "0011_rules_are_decided")]

    operations = [
        migrations.AddField(
            "merchant",
            "look",
            models.CharField(default="", editable=False, max_length=240),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        AddIndexConcurrently(
            "merchant", GinIndex(Pairs(Joined(models.F("look"))), name="merchant_by_look")
        ),
        AddIndexConcurrently("merchant", models.Index(fields=["look"], name="merchant_look")),
    ]
