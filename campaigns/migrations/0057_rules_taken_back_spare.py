from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0056_codes_that_were_mailed")]

    operations = [
        migrations.AlterField(
            model_name="closingboost",
            name="fate",
            field=models.CharField(
                choices=[
                    ("open", "Still to be dealt with"),
                    ("ended", "Ended by the platform"),
                    ("returned", "Returned to its merchant"),
                    ("rejected", "Rejected as before; its appeal ended"),
                    ("over", "Was over, or taken back, already"),
                    ("spared", "Goes on: the rule was taken back"),
                ],
                default="open",
                max_length=10,
            ),
        ),
    ]
