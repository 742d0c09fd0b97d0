"""Money moves by one function of the database, and accounts of what is spent. ADR 0133."""

from django.db import migrations, models

MOVE = """
-- Moves `amounts` (fen) from `sources` to `targets`, each once per key, all of them or none.
-- A row per move in their order; where nothing may move, one row with its `refusal`:
-- `short` (`missing_fen` is missing at `place`) or `other` (the key of `place` moved `amount_fen`
-- between others). Places count from 1. `stands_still`: `moment` is when they are made;
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
    there campaigns_transfer;
    accounts bigint[];
    -- What each would have after the moves so far; NULL of a bank, which has as much as is asked.
    balances bigint[];
    is_there boolean[] := '{}';
    spot integer;
    step integer;
BEGIN
    -- Always in id order, so that two moves never wait for each other in a circle.
    SELECT array_agg(locked.id), array_agg(locked.has_fen) INTO accounts, balances FROM (
        SELECT id, CASE WHEN kind <> 'bank' THEN balance_fen END AS has_fen
        FROM campaigns_account
        WHERE id = ANY(sources || targets) ORDER BY id FOR NO KEY UPDATE
    ) AS locked;
    -- Somebody may use a key between other accounts. Whoever is first has it until he commits, so
    -- no index has to refuse it: that would need a subtransaction around the inserts, which would
    -- have each lock of a row by one and its change by the other written down as a MultiXact.
    PERFORM pg_advisory_xact_lock(used.hash) FROM (
        SELECT DISTINCT hashtextextended(each, 0) AS hash FROM unnest(keys) AS each ORDER BY hash
    ) AS used;
    -- First all is looked at, then all is moved: what is refused has nothing to undo.
    FOR step IN 1 .. cardinality(keys) LOOP
        place := step;
        -- The key comes before the balance: what is asked for again was paid the first time, and
        -- its source may be empty by now. Never ON CONFLICT: the trigger would have moved the
        -- money before the conflict is seen.
        SELECT * INTO there FROM campaigns_transfer WHERE key = keys[step];
        is_there[step] := FOUND;
        IF NOT FOUND THEN
            spot := array_position(keys[1 : step - 1], keys[step]);
            IF spot IS NOT NULL THEN
                is_there[step] := TRUE;
                there.source_id := sources[spot];
                there.target_id := targets[spot];
                there.amount_fen := amounts[spot];
                there.reason := reasons[spot];
            END IF;
        END IF;
        IF is_there[step] THEN
            IF there.source_id <> sources[step] OR there.target_id <> targets[step]
                OR there.amount_fen <> amounts[step] OR there.reason <> reasons[step]
            THEN
                refusal := 'other';
                amount_fen := there.amount_fen;
                RETURN NEXT;
                RETURN;
            END IF;
        ELSE
            spot := array_position(accounts, sources[step]);
            balances[spot] := balances[spot] - amounts[step];
            IF balances[spot] < 0 THEN
                refusal := 'short';
                missing_fen := -balances[spot];
                RETURN NEXT;
                RETURN;
            END IF;
            spot := array_position(accounts, targets[step]);
            balances[spot] := balances[spot] + amounts[step];
        END IF;
    END LOOP;
    FOR step IN 1 .. cardinality(keys) LOOP
        IF is_there[step] THEN
            SELECT * INTO there FROM campaigns_transfer WHERE key = keys[step];
        ELSE
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
        place := step;
        id := there.id;
        key := there.key;
        reference := there.reference;
        source_id := there.source_id;
        target_id := there.target_id;
        amount_fen := there.amount_fen;
        reason := there.reason;
        source_balance_fen := there.source_balance_fen;
        target_balance_fen := there.target_balance_fen;
        created_at := there.created_at;
        RETURN NEXT;
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
