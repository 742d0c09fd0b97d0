from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_user_mails_notices"),
        ("notices", "0002_index_of_its_table"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="mail_due_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                fields=["mail_due_at"],
                condition=models.Q(mail_due_at__isnull=False),
                name="notice_owed_by_mail_due_at",
            ),
        ),
    ]
