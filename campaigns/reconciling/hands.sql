-- What persons decide about money, and what papers say of it, as the rows that break it.
-- Grain and columns as in campaigns/ledger/proof.sql. Params: two_person_fen, the most that one
-- person alone may book; evening_hour, with which the evening begins (Asia/Shanghai).
WITH invoiced AS (
    SELECT invoice.merchant_id AS merchant_id, sum(invoice.amount_fen) AS amount_fen
    FROM campaigns_invoicerequest AS invoice
    WHERE invoice.status IN ('requested', 'issued', 'red_asked')
    GROUP BY invoice.merchant_id
),
-- What own money has paid.
captured AS (
    SELECT boost.merchant_id AS merchant_id, sum(spent.balance_fen) AS balance_fen
    FROM invoiced
    JOIN campaigns_boost AS boost ON boost.merchant_id = invoiced.merchant_id
    JOIN campaigns_fundingline AS line ON line.boost_id = boost.id AND line.fund_id IS NULL
    JOIN campaigns_account AS spent ON spent.id = line.spent_id
    GROUP BY boost.merchant_id
)
SELECT 'a_large_payment_is_signed' AS rule, 'transfer:' || transfer.id AS subject,
    0 AS expected_fen, transfer.amount_fen AS found_fen
FROM campaigns_transfer AS transfer
JOIN campaigns_account AS wallet ON wallet.id = transfer.target_id AND wallet.kind = 'wallet'
WHERE transfer.reason = 'deposit' AND transfer.amount_fen > %(two_person_fen)s AND NOT EXISTS (
    SELECT 1 FROM campaigns_payment AS payment
    WHERE payment.key = transfer.key AND payment.account_id = transfer.target_id
        AND payment.status = 'booked'
)
UNION ALL
SELECT 'a_refund_is_paid_by_another_than_checked_it', 'balancerefund:' || refund.id, 2, 1
FROM campaigns_balancerefund AS refund
WHERE refund.status = 'paid' AND NOT EXISTS (
    SELECT 1 FROM accounts_auditentry AS entry
    WHERE entry.subject = 'balancerefund:' || refund.id AND entry.verb = 'balancerefund.paid'
        AND entry.actor_id <> refund.approved_by_id
)
UNION ALL
SELECT 'what_is_captured_was_shown_in_its_hours',
    'boost:' || hour.boost_id || ' hour:' || hour.hour_at, 0, hour.captured_fen
FROM campaigns_deliveryhour AS hour
JOIN campaigns_boost AS boost ON boost.id = hour.boost_id AND boost.day_part = 'evening'
WHERE hour.captured_fen > 0
    AND extract(HOUR FROM hour.hour_at AT TIME ZONE 'Asia/Shanghai') < %(evening_hour)s
UNION ALL
-- A correction may take back what an invoice is about.
SELECT 'an_invoice_has_its_money', 'merchant:' || invoiced.merchant_id, invoiced.amount_fen,
    coalesce(captured.balance_fen, 0)
FROM invoiced LEFT JOIN captured ON captured.merchant_id = invoiced.merchant_id
WHERE invoiced.amount_fen > coalesce(captured.balance_fen, 0)
UNION ALL
-- Those of before each had a row came from the one account that the bank had then.
SELECT 'a_small_deposit_is_a_booked_payment', 'transfer:' || transfer.id, 0, transfer.amount_fen
FROM campaigns_transfer AS transfer
JOIN campaigns_account AS bank ON bank.id = transfer.source_id AND bank.key <> 'bank'
WHERE transfer.reason = 'deposit' AND transfer.amount_fen <= %(two_person_fen)s AND NOT EXISTS (
    SELECT 1 FROM campaigns_payment AS payment
    WHERE payment.key = transfer.key AND payment.account_id = transfer.target_id
        AND payment.amount_fen = transfer.amount_fen AND payment.status = 'booked'
)
UNION ALL
SELECT 'an_award_is_what_its_line_draws', 'award:' || award.id, award.awarded_fen,
    coalesce(line.amount_fen, 0)
FROM campaigns_award AS award
JOIN campaigns_round AS round ON round.id = award.round_id
LEFT JOIN campaigns_fundingline AS line
    ON line.boost_id = award.boost_id AND line.submission = award.submission
    AND line.fund_id = round.fund_id AND line.account_id IS NOT NULL
WHERE award.status = 'granted' AND award.awarded_fen <> coalesce(line.amount_fen, 0)
UNION ALL
SELECT 'a_round_gives_what_there_was', 'round:' || round.id,
    CAST(round.inputs ->> 'fund_fen' AS bigint), sum(award.awarded_fen)
FROM campaigns_round AS round
JOIN campaigns_award AS award ON award.round_id = round.id
WHERE round.status IN ('allocated', 'applied')
GROUP BY round.id, round.inputs
HAVING sum(award.awarded_fen) > CAST(round.inputs ->> 'fund_fen' AS bigint)
