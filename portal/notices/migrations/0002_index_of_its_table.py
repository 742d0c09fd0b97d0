from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0001_notice"),
    ]

    operations = [
        migrations.RenameIndex(
            model_name="notice",
            old_name="accounts_no_user_id_6d4522_idx",
            new_name="notices_not_user_id_8cea9e_idx",
        ),
    ]
