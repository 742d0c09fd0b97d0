"""Money moves by one function of the database, and accounts of what is spent. ADR 0133."""

from django.db import migrations, models

MOVE = """
-- Moves `amounts` (fen) from `sources` to `targets`, each once per key, all of them or none.
-- A row per move in their order; where nothing may move, one row with its `refusal`:
-- `short` (`missing_fen` is missing at `place`) or `other` (the key of `place` moved something
-- else, which the row tells). Places count from 1. `stands_still`: `moment` is when they are made;
-- else it is when they were asked for, and the time they waited for the locks is added.
CREATE FUNCTION ledger_move(
    sources bigint[], targets bigint[], amounts bigint[], keys text[], reasons text[],
    called text[], moment timestamptz, stands_still boolean
) RETURNS TABLE (
    refusal text, place integer, missing_fen bigint, id bigint, key text, reference text,
    source_id bigint, target_id bigint, amount_fen bigint, reason text,
    source_balance_fen bigint, target_balance_fen bigint, created_at timestamptz
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    made campaigns_transfer[];
    there campaigns_transfer;
    refused text;
    missing bigint;
    step integer;
    attempts integer := 0;
BEGIN
    LOOP
        made := '{}';
        -- The locks are taken inside the block: a row that one transaction locks and its
        -- subtransaction changes would have both of them written down in a place of its own.
        BEGIN
            -- Always in id order, so that two moves never wait for each other in a circle.
            PERFORM 1 FROM campaigns_account
            WHERE id = ANY(sources || targets) ORDER BY id FOR NO KEY UPDATE;
            FOR step IN 1 .. cardinality(keys) LOOP
                place := step;
                -- The key comes before the balance: what is asked for again was paid the first
                -- time, and its source may be empty by now. Never ON CONFLICT: the trigger would
                -- have moved the money before the conflict is seen.
                SELECT * INTO there FROM campaigns_transfer WHERE key = keys[step];
                IF FOUND THEN
                    IF there.source_id <> sources[step] OR there.target_id <> targets[step]
                        OR there.amount_fen <> amounts[step] OR there.reason <> reasons[step]
                    THEN
                        refused := 'other';
                        RAISE EXCEPTION USING ERRCODE = 'LR001';
                    END IF;
                ELSE
                    SELECT amounts[step] - balance_fen INTO missing FROM campaigns_account
                    WHERE id = sources[step] AND kind <> 'bank' AND balance_fen < amounts[step];
                    IF FOUND THEN
                        refused := 'short';
                        RAISE EXCEPTION USING ERRCODE = 'LR001';
                    END IF;
                    INSERT INTO campaigns_transfer (
                        key, reference, source_id, target_id, amount_fen, reason,
                        source_balance_fen, target_balance_fen, created_at
                    ) VALUES (
                        keys[step], called[step], sources[step], targets[step], amounts[step],
                        reasons[step], 0, 0,
                        CASE WHEN stands_still THEN moment
                        ELSE moment + (clock_timestamp() - statement_timestamp()) END
                    ) RETURNING * INTO there;
                END IF;
                made := made || there;
            END LOOP;
            RETURN QUERY SELECT
                NULL::text, each.ordinality::integer, NULL::bigint, each.id, each.key::text,
                each.reference::text, each.source_id, each.target_id, each.amount_fen,
                each.reason::text, each.source_balance_fen, each.target_balance_fen, each.created_at
            FROM unnest(made) WITH ORDINALITY AS each;
            RETURN;
        EXCEPTION
            WHEN unique_violation THEN
                -- Somebody used the key between other accounts, which our locks do not cover. He
                -- has committed, so it is found now.
                attempts := attempts + 1;
                IF attempts > 3 THEN RAISE; END IF;
            WHEN SQLSTATE 'LR001' THEN
                -- What was moved before this place is undone by now.
                RETURN QUERY SELECT
                    refused, place, missing, there.id, there.key::text, there.reference::text,
                    there.source_id, there.target_id, there.amount_fen, there.reason::text,
                    there.source_balance_fen, there.target_balance_fen, there.created_at;
                RETURN;
        END;
    END LOOP;
END $$;
"""

# A balance is written again and again. Half of a page is left for its next versions, which need no
# new entry in any index as long as they find room beside the old one.
ROOM = "ALTER TABLE campaigns_account SET (fillfactor = 50)"
NO_ROOM = "ALTER TABLE campaigns_account RESET (fillfactor)"


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0012_payments_that_wait")]

    operations = [
        migrations.RemoveConstraint("account", "account_key_begins_with_its_kind"),
        migrations.AddConstraint(
            "account",
            models.CheckConstraint(
                condition=models.Q(kind="bank", key="bank")
                | models.Q(kind="bank", key__startswith="bank:")
                | models.Q(kind="wallet", key__startswith="wallet:")
                | models.Q(kind="fund", key__startswith="fund:")
                | models.Q(kind="hold", key__startswith="hold:")
                | models.Q(kind="spent", key__startswith="spent:"),
                name="account_key_begins_with_its_kind",
            ),
        ),
        migrations.AlterField(
            model_name="account",
            name="kind",
            field=models.CharField(
                choices=[
                    ("bank", "Bank"),
                    ("wallet", "Wallet"),
                    ("fund", "Fund"),
                    ("hold", "Held"),
                    ("spent", "Spent"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="transfer",
            name="reason",
            field=models.CharField(
                choices=[
                    ("deposit", "Payment received"),
                    ("hold", "Held"),
                    ("release", "Released"),
                    ("capture", "Spent"),
                    ("give_back", "Given back after a correction"),
                    ("refund", "Refund of balance"),
                ],
                max_length=10,
            ),
        ),
        migrations.RunSQL(MOVE, "DROP FUNCTION ledger_move"),
        migrations.RunSQL(ROOM, NO_ROOM),
    ]
