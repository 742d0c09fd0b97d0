-- Everything the ledger promises about accounts and transfers, as the rows that break it.
-- Grain: one row per broken rule and subject; no row when all is well.
-- Columns: rule, subject (kind:id of the row to look at), expected_fen, found_fen.
WITH moves AS (
    SELECT id, source_id AS account_id, -amount_fen AS change_fen, source_balance_fen AS after_fen
    FROM campaigns_transfer
    UNION ALL
    SELECT id, target_id AS account_id, amount_fen AS change_fen, target_balance_fen AS after_fen
    FROM campaigns_transfer
),
-- Ids of an account's transfers rise in the order of its moves: `transfer` locks both accounts
-- before its row takes an id.
steps AS (
    SELECT
        id, account_id, change_fen, after_fen,
        coalesce(lag(after_fen) OVER (PARTITION BY account_id ORDER BY id), 0) AS before_fen
    FROM moves
),
-- Between which kinds of accounts money moves for which reason.
ways (reason, source_kind, target_kind) AS (
    VALUES
        ('deposit', 'bank', 'wallet'), ('deposit', 'bank', 'fund'),
        ('hold', 'wallet', 'hold'), ('hold', 'fund', 'hold'), ('hold', 'hold', 'hold'),
        ('release', 'hold', 'wallet'), ('release', 'hold', 'fund'),
        ('capture', 'hold', 'spent'),
        ('give_back', 'spent', 'hold'), ('give_back', 'spent', 'wallet'),
        ('give_back', 'spent', 'fund'),
        ('refund', 'hold', 'bank')
),
sums AS (
    SELECT account_id, sum(change_fen) AS sum_fen FROM moves GROUP BY account_id
)
SELECT 'balance_is_the_sum_of_transfers' AS rule, 'account:' || account.id AS subject,
    coalesce(sums.sum_fen, 0) AS expected_fen, account.balance_fen AS found_fen
FROM campaigns_account AS account
LEFT JOIN sums ON sums.account_id = account.id
WHERE account.balance_fen <> coalesce(sums.sum_fen, 0)
UNION ALL
SELECT 'all_balances_sum_to_zero', 'ledger', 0, sum(balance_fen)
FROM campaigns_account HAVING sum(balance_fen) <> 0
UNION ALL
SELECT 'only_the_bank_is_below_zero', 'account:' || id, 0, balance_fen
FROM campaigns_account WHERE kind <> 'bank' AND balance_fen < 0
UNION ALL
SELECT 'a_transfer_continues_the_balance_before_it', 'transfer:' || id,
    before_fen + change_fen, after_fen
FROM steps WHERE before_fen + change_fen <> after_fen
UNION ALL
SELECT 'a_reason_moves_between_its_accounts', 'transfer:' || transfer.id, 0, transfer.amount_fen
FROM campaigns_transfer AS transfer
JOIN campaigns_account AS source ON source.id = transfer.source_id
JOIN campaigns_account AS target ON target.id = transfer.target_id
LEFT JOIN ways ON ways.reason = transfer.reason
    AND ways.source_kind = source.kind AND ways.target_kind = target.kind
WHERE ways.reason IS NULL
UNION ALL
-- What two have signed is booked once and as it was signed; what they have not signed is not.
SELECT 'a_payment_is_booked_when_it_is_signed', 'payment:' || payment.id,
    CASE WHEN payment.status = 'booked' THEN payment.amount_fen ELSE 0 END,
    coalesce(transfer.amount_fen, 0)
FROM campaigns_payment AS payment
LEFT JOIN campaigns_transfer AS transfer
    ON transfer.key = payment.key AND transfer.target_id = payment.account_id
WHERE payment.status = 'booked' AND transfer.amount_fen IS DISTINCT FROM payment.amount_fen
    OR payment.status = 'waiting' AND transfer.id IS NOT NULL

UNION ALL
-- What is asked back is held until it is paid or goes back.
SELECT 'a_refund_holds_what_it_asks_for', 'balancerefund:' || refund.id,
    CASE WHEN refund.status IN ('waiting', 'approved') THEN refund.amount_fen ELSE 0 END,
    coalesce(account.balance_fen, 0)
FROM campaigns_balancerefund AS refund
LEFT JOIN campaigns_account AS account ON account.id = refund.account_id
WHERE coalesce(account.balance_fen, 0) <>
    CASE WHEN refund.status IN ('waiting', 'approved') THEN refund.amount_fen ELSE 0 END
UNION ALL
-- What two have decided goes to the bank once, and nothing else does.
SELECT 'a_refund_is_paid_when_two_have_decided', 'balancerefund:' || refund.id,
    CASE WHEN refund.status = 'paid' THEN refund.amount_fen ELSE 0 END,
    coalesce(transfer.amount_fen, 0)
FROM campaigns_balancerefund AS refund
LEFT JOIN campaigns_transfer AS transfer
    ON transfer.source_id = refund.account_id AND transfer.reason = 'refund'
WHERE coalesce(transfer.amount_fen, 0) <>
    CASE WHEN refund.status = 'paid' THEN refund.amount_fen ELSE 0 END
