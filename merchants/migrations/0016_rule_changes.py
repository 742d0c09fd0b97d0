"""Every rule is a line of a rule change: the act that is proposed and signed.

A rule of before gets a change of its own, with the rule's own key, so what was told of it still
leads there. Once a line is signed nothing of it changes but the instant at which it is taken back.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import portal.clock

CHANGES = """
INSERT INTO merchants_rulechange (
    id, kind, effective_at, grandfather, sweeps, reason, evidence, content_sha, status, needs,
    author_id, approver_id, submitted_at, signed_at
)
SELECT id, 'openings', effective_at, 'none', false, reason, '',
       encode(sha256(convert_to('rule ' || id, 'UTF8')), 'hex'), status,
       CASE WHEN status = 'signed' THEN 2 END, author_id,
       CASE WHEN status = 'signed' THEN approver_id END, submitted_at,
       CASE WHEN status = 'signed' THEN signed_at END
FROM merchants_opening;

SELECT setval(pg_get_serial_sequence('merchants_rulechange', 'id'),
              greatest((SELECT max(id) FROM merchants_rulechange), 1),
              EXISTS (SELECT 1 FROM merchants_rulechange));

UPDATE merchants_opening
SET change_id = id, signed_at = CASE WHEN status = 'signed' THEN signed_at END;

SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
BACK = """
UPDATE merchants_opening AS line
SET status = act.status, reason = act.reason, author_id = act.author_id,
    approver_id = act.approver_id, submitted_at = act.submitted_at
FROM merchants_rulechange AS act
WHERE act.id = line.change_id;

SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""

# A line that is signed only ends, by being taken back, once.
KEEP = """
CREATE FUNCTION merchants_opening_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.taken_back_at IS NULL
       AND to_jsonb(NEW) - 'taken_back_at' = to_jsonb(OLD) - 'taken_back_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% on %: a signed rule only ends', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER opening_only_ends BEFORE UPDATE OR DELETE ON merchants_opening
    FOR EACH ROW WHEN (OLD.signed_at IS NOT NULL)
    EXECUTE FUNCTION merchants_opening_only_ends();

CREATE FUNCTION merchants_opening_list_is_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM merchants_opening AS line
        WHERE line.id = coalesce(NEW.opening_id, OLD.opening_id) AND line.signed_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION '% on %: the list of a signed rule stays', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER opening_list_is_signed
    BEFORE INSERT OR UPDATE OR DELETE ON merchants_openingmerchant
    FOR EACH ROW EXECUTE FUNCTION merchants_opening_list_is_signed();
"""
LET_GO = """
DROP FUNCTION merchants_opening_only_ends() CASCADE;
DROP FUNCTION merchants_opening_list_is_signed() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("merchants", "0015_notes_have_texts_and_covers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RuleChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("openings", "Openings"), ("rollback", "Rollback")], max_length=10
                    ),
                ),
                ("effective_at", models.DateTimeField(verbose_name="in force from")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="ends")),
                (
                    "grandfather",
                    models.CharField(
                        choices=[
                            ("none", "It holds for all at once"),
                            ("until_edit", "What is live stays until its owner changes it"),
                            ("until_date", "What is live stays until a day"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="what was there before",
                    ),
                ),
                (
                    "grandfather_until",
                    models.DateTimeField(blank=True, null=True, verbose_name="stays until"),
                ),
                (
                    "sweeps",
                    models.BooleanField(default=False, verbose_name="closes what lies in it, too"),
                ),
                ("reason", models.TextField(verbose_name="reason")),
                ("evidence", models.TextField(blank=True, verbose_name="evidence")),
                ("content_sha", models.CharField(editable=False, max_length=64)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "Waiting for signatures"),
                            ("signed", "Signed"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("needs", models.PositiveSmallIntegerField(editable=False, null=True)),
                ("submitted_at", models.DateTimeField(default=portal.clock.now, editable=False)),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name="rulechange",
            name="approver",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="rulechange",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="rulechange",
            name="takes_back",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="taken_back_by",
                to="merchants.rulechange",
            ),
        ),
        migrations.AddField(
            model_name="opening",
            name="expires_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="ends"),
        ),
        migrations.AddField(
            model_name="opening",
            name="grandfather",
            field=models.CharField(
                choices=[
                    ("none", "It holds for all at once"),
                    ("until_edit", "What is live stays until its owner changes it"),
                    ("until_date", "What is live stays until a day"),
                ],
                default="none",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="opening",
            name="grandfather_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="opening",
            name="kept",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="opening",
            name="last_on",
            field=models.DateField(blank=True, null=True, verbose_name="last day"),
        ),
        migrations.AddField(
            model_name="opening",
            name="sweeps",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="opening",
            name="taken_back_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="opening",
            name="change",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="openings",
                to="merchants.rulechange",
            ),
        ),
        migrations.AlterField(
            model_name="opening",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("pilot", "Pilot"),
                    ("closing", "Closing"),
                    ("suspended", "Suspended"),
                    ("closed", "Closed"),
                ],
                max_length=10,
                verbose_name="rule",
            ),
        ),
        migrations.CreateModel(
            name="OpeningMerchant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="openingmerchant",
            name="merchant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="merchants.merchant",
            ),
        ),
        migrations.AddField(
            model_name="openingmerchant",
            name="opening",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="pilots",
                to="merchants.opening",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="opening",
            name="opening_signed_by_a_second_person",
        ),
        migrations.RemoveConstraint(
            model_name="opening",
            name="opening_signed_has_approver",
        ),
        migrations.RemoveConstraint(
            model_name="opening",
            name="opening_one_rule_per_scope_and_instant",
        ),
        migrations.RemoveConstraint(
            model_name="opening",
            name="opening_proposed_once",
        ),
        migrations.RemoveIndex(
            model_name="opening",
            name="opening_waiting",
        ),
        migrations.AlterField(
            "opening",
            "author",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField("opening", "reason", models.TextField(null=True)),
        migrations.AlterField("opening", "submitted_at", models.DateTimeField(null=True)),
        migrations.RunSQL(CHANGES, BACK),
        migrations.AlterField(
            "opening",
            "change",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="openings",
                to="merchants.rulechange",
            ),
        ),
        migrations.RemoveField(
            model_name="opening",
            name="approver",
        ),
        migrations.RemoveField(
            model_name="opening",
            name="author",
        ),
        migrations.RemoveField(
            model_name="opening",
            name="reason",
        ),
        migrations.RemoveField(
            model_name="opening",
            name="status",
        ),
        migrations.RemoveField(
            model_name="opening",
            name="submitted_at",
        ),
        migrations.AddIndex(
            model_name="opening",
            index=models.Index(
                condition=models.Q(("signed_at__isnull", False)),
                fields=["programme", "category"],
                name="opening_signed_of_scope",
            ),
        ),
        migrations.AddConstraint(
            model_name="opening",
            constraint=models.UniqueConstraint(
                condition=models.Q(("signed_at__isnull", False), ("taken_back_at", None)),
                fields=("programme", "category", "placement", "store_kind", "effective_at"),
                name="opening_one_rule_per_scope_and_instant",
                violation_error_message="Another rule of this scope starts at this very moment.",
            ),
        ),
        migrations.AddConstraint(
            model_name="opening",
            constraint=models.UniqueConstraint(
                fields=("change", "programme", "category", "placement", "store_kind"),
                name="opening_one_line_per_scope",
                violation_error_message="A change names each scope once.",
            ),
        ),
        migrations.AddConstraint(
            model_name="opening",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("last_on__isnull", False), ("state", "closing")),
                    models.Q(models.Q(("state", "closing"), _negated=True), ("last_on", None)),
                    _connector="OR",
                ),
                name="opening_closing_has_its_last_day",
                violation_error_message="Name the last day of what closes.",
            ),
        ),
        migrations.AddConstraint(
            model_name="opening",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expires_at", None),
                    ("expires_at__gt", models.F("effective_at")),
                    _connector="OR",
                ),
                name="opening_ends_after_it_begins",
                violation_error_message="A rule ends after it begins.",
            ),
        ),
        migrations.AddConstraint(
            model_name="opening",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("taken_back_at", None), ("signed_at__isnull", False), _connector="OR"
                ),
                name="opening_taken_back_was_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="openingmerchant",
            constraint=models.UniqueConstraint(
                fields=("opening", "merchant"), name="opening_merchant_once"
            ),
        ),
        migrations.AddIndex(
            model_name="rulechange",
            index=models.Index(fields=["-submitted_at", "-id"], name="rulechange_by_moment"),
        ),
        migrations.AddIndex(
            model_name="rulechange",
            index=models.Index(
                condition=models.Q(("status", "proposed")),
                fields=["submitted_at"],
                name="rulechange_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approver", None),
                    models.Q(("approver", models.F("author")), _negated=True),
                    _connector="OR",
                ),
                name="rulechange_signed_by_a_second_person",
                violation_error_message="Another admin has to sign what you proposed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("approver__isnull", False),
                        ("needs__isnull", False),
                        ("signed_at__isnull", False),
                        ("status", "signed"),
                    ),
                    models.Q(
                        models.Q(("status", "signed"), _negated=True),
                        ("approver", None),
                        ("needs", None),
                        ("signed_at", None),
                    ),
                    _connector="OR",
                ),
                name="rulechange_signed_has_signer_and_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("grandfather", "until_date"), ("grandfather_until__isnull", False)),
                    models.Q(
                        models.Q(("grandfather", "until_date"), _negated=True),
                        ("grandfather_until", None),
                    ),
                    _connector="OR",
                ),
                name="rulechange_stays_until_a_day",
                violation_error_message="Name the day until which what is live stays.",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expires_at", None),
                    ("expires_at__gt", models.F("effective_at")),
                    _connector="OR",
                ),
                name="rulechange_ends_after_it_begins",
                violation_error_message="A rule ends after it begins.",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("grandfather_until", None),
                    ("grandfather_until__gt", models.F("effective_at")),
                    _connector="OR",
                ),
                name="rulechange_stays_beyond_its_start",
                violation_error_message="What stays, stays until after the rule begins.",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "rollback"), ("takes_back__isnull", False)),
                    models.Q(models.Q(("kind", "rollback"), _negated=True), ("takes_back", None)),
                    _connector="OR",
                ),
                name="rulechange_rollback_takes_one_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulechange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "signed")),
                fields=("takes_back",),
                name="rulechange_taken_back_once",
                violation_error_message="This was taken back already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulechange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "proposed")),
                fields=("content_sha",),
                name="rulechange_proposed_once",
                violation_error_message="This very change waits for a signature already.",
            ),
        ),
        migrations.RunSQL(KEEP, LET_GO),
    ]
