-- Of how large a sample a conversion is, by the regime of its source and its product's category on its
-- day; a product that nobody lists has no category. A refund is seen where its order is seen, too: the
-- smaller of both ratios rules. Grain: conversion of a sample.
WITH ruled AS (
    SELECT c.conversion AS conversion, COALESCE(r.ratio, g.ratio) AS ratio
    FROM conversions AS c
    LEFT JOIN regime_products AS p ON p.store_id = c.store_id AND p.product_id = c.product_id
    LEFT JOIN order_regimes AS r ON r.source = c.source AND r.category_id = p.category_id
        AND c.day BETWEEN r.first_day AND r.last_day
    LEFT JOIN order_regimes AS g ON g.source = c.source AND g.category_id = 0
        AND c.day BETWEEN g.first_day AND g.last_day
), sampled AS (
    SELECT r.conversion AS conversion, r.ratio AS ratio
    FROM ruled AS r
    WHERE r.ratio < 1
), seen AS (
    SELECT s.conversion AS conversion, s.ratio AS ratio
    FROM sampled AS s
    UNION ALL
    SELECT r.claim AS conversion, s.ratio AS ratio
    FROM refunds AS r
    JOIN sampled AS s ON s.conversion = r.order_claim
)
SELECT s.conversion AS conversion, MIN(s.ratio) AS ratio
FROM seen AS s
GROUP BY s.conversion
