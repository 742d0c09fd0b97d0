from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_notices_have_a_room"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="mails_notices",
            field=models.BooleanField(default=True),
        ),
    ]
