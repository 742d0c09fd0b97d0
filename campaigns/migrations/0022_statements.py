"""Months of a merchant's money that are closed, for good. ADR 0153."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import portal.clock

KEEP = """
CREATE TRIGGER statement_is_for_good BEFORE UPDATE OR DELETE ON campaigns_statement
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse('a statement is for good');
CREATE TRIGGER statement_is_never_emptied BEFORE TRUNCATE ON campaigns_statement
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse('a statement is for good');
"""
UNDO = """
DROP TRIGGER statement_is_for_good ON campaigns_statement;
DROP TRIGGER statement_is_never_emptied ON campaigns_statement;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0021_campaigns"),
        ("merchants", "0013_merchants_that_wait"),
    ]

    operations = [
        migrations.CreateModel(
            name="Statement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first_on", models.DateField()),
                ("opening_fen", models.BigIntegerField()),
                ("lines_fen", models.BigIntegerField()),
                ("free_fen", models.BigIntegerField()),
                ("held_fen", models.BigIntegerField()),
                ("through", models.BigIntegerField()),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("closed_at", models.DateTimeField(default=portal.clock.now, editable=False)),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="merchants.merchant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant", "first_on"), name="statement_once_per_month"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "free_fen",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("opening_fen"), "+", models.F("lines_fen")
                                    ),
                                    "-",
                                    models.F("held_fen"),
                                ),
                            )
                        ),
                        name="statement_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("free_fen__gte", 0), ("held_fen__gte", 0)),
                        name="statement_is_not_below_zero",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEEP, UNDO),
    ]
