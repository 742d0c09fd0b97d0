"""The table of notices gets the name it has in portal/notices; every row stays where it is.

`notices.0001_notice` takes the model over.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_account_once_per_address"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.AlterModelTable("notice", "notices_notice")],
            state_operations=[migrations.DeleteModel("notice")],
        ),
    ]
