"""What is said about things that wait; it only grows. ADR 0169."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import portal.clock

KEEP = """
CREATE TRIGGER comment_is_for_good BEFORE UPDATE OR DELETE ON review_comment
    FOR EACH ROW EXECUTE FUNCTION review_refuse('a comment is for good');
CREATE TRIGGER comment_is_never_emptied BEFORE TRUNCATE ON review_comment
    FOR EACH STATEMENT EXECUTE FUNCTION review_refuse('a comment is for good');
"""
UNDO = """
DROP TRIGGER comment_is_for_good ON review_comment;
DROP TRIGGER comment_is_never_emptied ON review_comment;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("review", "0003_claims_and_appeals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("noun", models.CharField(max_length=40)),
                ("number", models.BigIntegerField()),
                ("text", models.TextField()),
                ("is_internal", models.BooleanField()),
                ("at", models.DateTimeField(default=portal.clock.now, editable=False)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["noun", "number", "-id"], name="comment_of_subject")
                ],
            },
        ),
        migrations.RunSQL(KEEP, UNDO),
    ]
