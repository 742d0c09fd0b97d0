"""One reference of the bank, however it is typed, books one payment. ADR 0083.

What was booked several times, because it was typed in several ways, stays as it is: the first has
the key of all writings from now on, each other one the same with its number behind; the reference
is kept as it was typed.
"""

import re
import unicodedata
from typing import Any

from django.db import migrations, models

# A table with checks to come cannot be altered.
CHECKED = "SET CONSTRAINTS ALL IMMEDIATE"
LOCKED = "ALTER TABLE campaigns_transfer {} TRIGGER transfer_is_for_good"
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_FILLERS = re.compile("[\u034f\u115f\u1160\u2800\u3164\ufe00-\ufe0f\uffa0]")


def folded(reference: str) -> str:
    """The reference as all its writings have it; this migration's own, for good."""
    seen = "".join(each for each in reference if unicodedata.category(each) not in ("Cf", "Cc"))
    bare = "".join(unicodedata.normalize("NFKC", _FILLERS.sub("", seen)).split())
    return unicodedata.normalize("NFKC", _DASHES.sub("-", bare).casefold())


def fold(apps: Any, schema_editor: Any) -> None:
    transfer = apps.get_model("campaigns", "Transfer")
    payment = apps.get_model("campaigns", "Payment")
    booked = dict(
        transfer.objects.filter(key__startswith="bank:").order_by("pk").values_list("pk", "key")
    )
    taken: set[str] = set()
    keys = {pk: _free(_key(old.removeprefix("bank:")), taken, pk) for pk, old in booked.items()}
    references = {pk: old.removeprefix("bank:") for pk, old in booked.items()}
    _rewrite(transfer, schema_editor, keys, references)
    of_reference = {references[pk]: key for pk, key in keys.items()}
    for row in payment.objects.order_by("pk"):
        key = _key(row.reference)
        if row.status != "rejected":
            key = of_reference.get(row.reference) or _free(key, taken, f"p{row.pk}")
        payment.objects.filter(pk=row.pk).update(key=key)
    schema_editor.execute(CHECKED)


def unfold(apps: Any, schema_editor: Any) -> None:
    transfer = apps.get_model("campaigns", "Transfer")
    booked = transfer.objects.filter(key__startswith="bank:").values_list("pk", "reference")
    _rewrite(transfer, schema_editor, {pk: f"bank:{said}" for pk, said in booked}, {})


def _key(reference: str) -> str:
    return f"bank:{folded(reference)}"


def _free(key: str, taken: set[str], number: object) -> str:
    free = key if key not in taken and len(key) <= 120 else f"{key[:90]}#{number}"
    taken.add(free)
    return free


def _rewrite(
    transfer: Any, schema_editor: Any, keys: dict[int, str], references: dict[int, str]
) -> None:
    """Give transfers their keys and references, which nobody may change but this."""
    schema_editor.execute(CHECKED)
    schema_editor.execute(LOCKED.format("DISABLE"))
    # A new key may be the old one of another, so all are out of the way first.
    for pk in keys:
        transfer.objects.filter(pk=pk).update(key=f"~{pk}")
    for pk, key in keys.items():
        transfer.objects.filter(pk=pk).update(key=key, reference=references.get(pk, ""))
    schema_editor.execute(CHECKED)
    schema_editor.execute(LOCKED.format("ENABLE"))


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0009_budget_has_its_sentence")]

    operations = [
        migrations.AddField(
            model_name="transfer",
            name="reference",
            field=models.CharField(default="", editable=False, max_length=80),
        ),
        migrations.AddField(
            model_name="payment",
            name="key",
            field=models.CharField(default="", editable=False, max_length=120),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(model_name="payment", name="payment_once_per_reference"),
        migrations.RunPython(fold, unfold),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "rejected"), _negated=True),
                fields=("key",),
                name="payment_once_per_reference",
            ),
        ),
    ]
