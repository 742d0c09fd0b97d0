"""How much refused spend people know of; of what was told before it is all there was. ADR 0175."""

from django.db import migrations, models

KNOWN = """
UPDATE campaigns_serving SET refused_told_fen = boost.refused_fen
FROM campaigns_boost AS boost
WHERE boost.id = campaigns_serving.boost_id AND campaigns_serving.refused_told_on IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0048_nowhere"),
    ]

    operations = [
        migrations.AddField(
            model_name="serving",
            name="refused_told_fen",
            field=models.BigIntegerField(default=0, editable=False),
        ),
        migrations.AddIndex(
            model_name="serving",
            index=models.Index(
                condition=models.Q(("refused_told_on__isnull", False)),
                fields=["refused_told_on"],
                name="serving_refused_told",
            ),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
