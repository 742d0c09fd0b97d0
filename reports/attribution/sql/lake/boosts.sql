-- The boost that brought a touchpoint. Grain: touchpoint, merchant.
SELECT DISTINCT t.touchpoint_id AS touchpoint_id, b.merchant_id AS merchant_id,
       b.boost_id AS boost_id
FROM touchpoints AS t
JOIN known_boosts AS b ON b.external_id = t.boost_id
