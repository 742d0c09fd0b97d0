-- The age of the youngest touchpoint at level product, of claims that have pairs at level store, too:
-- whether a window reaches one decides the level. Of the others nobody asks.
-- Grain: claim.
WITH at_stores AS (
    SELECT DISTINCT p.claim AS claim
    FROM pairs AS p
    WHERE p.is_product = 0
)
SELECT p.claim AS claim, MIN(p.age_us) AS age_us
FROM pairs AS p
JOIN at_stores AS s ON s.claim = p.claim
WHERE p.is_product = 1
GROUP BY p.claim
