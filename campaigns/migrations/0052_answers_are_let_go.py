"""Old answers to ad servers are emptied; nothing else about them changes. ADR 0176."""

from django.db import migrations, models

# Files had none from the start.
OF_FILES = "UPDATE campaigns_deliverymessage SET is_kept = false WHERE answer = ''"

GUARD = """
DROP TRIGGER delivery_answer_is_for_good ON campaigns_deliverymessage;
CREATE TRIGGER delivery_answer_is_for_good BEFORE UPDATE ON campaigns_deliverymessage
    FOR EACH ROW WHEN (
        OLD.answer IS NOT NULL
        AND (
            OLD.answer IS DISTINCT FROM NEW.answer
            AND (NEW.answer IS DISTINCT FROM '' OR NEW.is_kept)
            OR NEW.is_kept AND NOT OLD.is_kept
        )
    )
    EXECUTE FUNCTION ledger_refuse('an answer is for good, until it is let go');
"""

UNDO = """
DROP TRIGGER delivery_answer_is_for_good ON campaigns_deliverymessage;
CREATE TRIGGER delivery_answer_is_for_good BEFORE UPDATE ON campaigns_deliverymessage
    FOR EACH ROW WHEN (OLD.answer IS NOT NULL AND OLD.answer IS DISTINCT FROM NEW.answer)
    EXECUTE FUNCTION ledger_refuse('an answer is for good');
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0051_messages_are_counted_where_written")]

    operations = [
        migrations.AddField("deliverymessage", "is_kept", models.BooleanField(default=True)),
        migrations.RunSQL(OF_FILES, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, UNDO),
        migrations.AddConstraint(
            "deliverymessage",
            models.CheckConstraint(
                condition=models.Q(is_kept=True) | models.Q(answer__isnull=False, answer=b""),
                name="delivery_message_let_go_is_empty",
            ),
        ),
        migrations.AddIndex(
            "deliverymessage",
            models.Index(
                fields=["received_at"],
                condition=models.Q(answer__isnull=False, is_kept=True),
                name="delivery_message_kept",
            ),
        ),
    ]
