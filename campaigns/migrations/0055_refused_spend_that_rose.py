"""A look for refused spend to tell of reads what rose alone, not all that was told ever. ADR 0175."""

from django.db import migrations, models

ROSE = """
UPDATE campaigns_serving SET refused_rose = true
FROM campaigns_boost AS boost
WHERE boost.id = campaigns_serving.boost_id AND campaigns_serving.refused_told_on IS NOT NULL
    AND boost.refused_fen > campaigns_serving.refused_told_fen
"""


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0054_boosts_that_are_lost"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="serving",
            name="serving_refused_told",
        ),
        migrations.AddField(
            model_name="serving",
            name="refused_rose",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddIndex(
            model_name="serving",
            index=models.Index(
                condition=models.Q(("refused_rose", True)),
                fields=["refused_told_on"],
                name="serving_refused_rose",
            ),
        ),
        migrations.RunSQL(ROSE, migrations.RunSQL.noop),
    ]
