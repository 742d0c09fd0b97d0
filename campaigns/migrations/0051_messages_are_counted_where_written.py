from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0050_revisions_that_jump")]

    operations = [
        migrations.CreateModel(
            name="MessageCount",
            fields=[
                (
                    "ad_server",
                    models.OneToOneField(
                        on_delete=models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="campaigns.adserver",
                    ),
                ),
                ("minute", models.BigIntegerField()),
                ("taken", models.PositiveIntegerField()),
            ],
        ),
    ]
