-- Each touchpoint a claim may credit, with the one listing it would credit: the one it names if
-- that is eligible, else the smallest. is_product: a listing of the claim's product is among them;
-- such a touchpoint makes the level product, so its listing at level store is never asked for.
-- A pair whose listing is alone (is_named null) is its touchpoint's only one.
-- Grain: claim, touchpoint.
SELECT p.claim AS claim, p.day AS day, p.kind_id AS kind_id, p.value_fen AS value_fen,
       p.user_by_click AS user_by_click, p.touchpoint_id AS touchpoint_id,
       p.boost_id AS boost_id, p.age_us AS age_us, p.touched_day AS touched_day,
       p.is_click AS is_click,
       p.is_product AS is_product, p.listing_id AS listing_id
FROM pairs AS p
WHERE p.is_named IS NULL
UNION ALL
SELECT p.claim AS claim, p.day AS day, p.kind_id AS kind_id, p.value_fen AS value_fen,
       p.user_by_click AS user_by_click, p.touchpoint_id AS touchpoint_id,
       p.boost_id AS boost_id, p.age_us AS age_us, p.touched_day AS touched_day,
       p.is_click AS is_click,
       MAX(p.is_product) AS is_product,
       COALESCE(MIN(CASE WHEN p.is_product = 1 AND p.is_named = 1 THEN p.listing_id END),
                MIN(CASE WHEN p.is_product = 1 THEN p.listing_id END),
                MIN(CASE WHEN p.is_named = 1 THEN p.listing_id END),
                MIN(p.listing_id)) AS listing_id
FROM pairs AS p
WHERE p.is_named IS NOT NULL
GROUP BY p.claim, p.day, p.kind_id, p.value_fen, p.user_by_click, p.touchpoint_id, p.boost_id,
         p.age_us, p.touched_day, p.is_click
UNION ALL
SELECT k.claim AS claim, k.day AS day, k.kind_id AS kind_id, k.value_fen AS value_fen,
       CAST(0 AS TINYINT) AS user_by_click, k.touchpoint_id AS touchpoint_id,
       k.boost_id AS boost_id, k.age_us AS age_us, k.touched_day AS touched_day,
       CAST(1 AS TINYINT) AS is_click,
       CAST(0 AS TINYINT) AS is_product, k.listing_id AS listing_id
FROM clicks AS k
WHERE k.is_of_other_user = 1
