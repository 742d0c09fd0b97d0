-- The group of whoever a claim is of, where it is of a sample or may credit what is: its user, the user of
-- the click it names inside the widest window, else its order, whose lines are one person's. A refund is
-- its order's. Grain: claim. Reads sampled_conversions, sampled_touches. Params: $window_us.
WITH sampled AS (
    SELECT c.conversion AS claim FROM sampled_conversions AS c
    UNION
    SELECT p.claim AS claim
    FROM pairs AS p
    JOIN sampled_touches AS t ON t.touchpoint_id = p.touchpoint_id
    UNION
    SELECT k.claim AS claim
    FROM clicks AS k
    JOIN sampled_touches AS t ON t.touchpoint_id = k.touchpoint_id
), meant AS (
    SELECT s.claim AS claim, COALESCE(r.order_claim, s.claim) AS conversion
    FROM sampled AS s
    LEFT JOIN refunds AS r ON r.claim = s.claim
), clickers AS (
    SELECT c.conversion AS conversion, t.user_id AS user_id
    FROM touches AS t
    JOIN conversions AS c ON c.click_id = t.touchpoint_id
    WHERE c.user_id IS NULL AND t.kind = 'click'
      AND t.touched_at >= c.converted_at - $window_us
), hashed AS (
    SELECT m.claim AS claim,
           COALESCE(MD5(c.user_id), MD5(k.user_id),
                    MD5(CONCAT(c.store_id, chr(31), COALESCE(c.order_id, c.event_id)))) AS hash
    FROM conversions AS c
    JOIN meant AS m ON m.conversion = c.conversion
    LEFT JOIN clickers AS k ON k.conversion = c.conversion
)
SELECT h.claim AS claim, g.user_group AS user_group
FROM hashed AS h
JOIN user_groups AS g ON g.prefix = SUBSTR(h.hash, 1, 2)
