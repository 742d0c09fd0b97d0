-- Claims of several bundles. is_tangled: a touchpoint of one bundle is not wholly before or behind those
-- of another, so that only touch by touch can be said what stands where.
-- Grain: claim.
WITH counted AS (
    SELECT b.claim AS claim
    FROM bundles AS b
    GROUP BY b.claim
    HAVING COUNT(*) > 1
), followed AS (
    SELECT b.claim AS claim,
           CASE WHEN LAG(b.least_age_us) OVER (PARTITION BY b.claim ORDER BY b.most_age_us DESC)
                     <= b.most_age_us THEN 1 ELSE 0 END AS is_tangled
    FROM bundles AS b
    SEMI JOIN counted AS c ON c.claim = b.claim
)
SELECT f.claim AS claim, MAX(f.is_tangled) AS is_tangled
FROM followed AS f
GROUP BY f.claim
