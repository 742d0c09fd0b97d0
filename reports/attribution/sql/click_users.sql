-- The user of the click that a claim without a user names, valid or not: matches asks for a valid
-- one. Whether there is such a claim at all is read off the files' own counts where they have them.
-- Grain: claim.
WITH userless AS (
    SELECT c.conversion AS claim, c.click_id AS click_id
    FROM conversions AS c
    WHERE c.user_id IS NULL AND c.kind <> 'refund'
    UNION ALL
    SELECT o.refund AS claim, o.click_id AS click_id
    FROM refunded_orders AS o
    WHERE o.user_id IS NULL
)
SELECT c.claim AS claim, t.user_id AS user_id
FROM touchpoints AS t
JOIN userless AS c ON c.click_id = t.touchpoint_id
WHERE t.kind = 'click'
