-- Boosts that touches name and that are none of the listing's merchant: to a fact they are no boost.
-- Grain: listing, boost.
WITH named AS (
    SELECT DISTINCT p.listing_id AS listing_id, p.boost_id AS boost_id
    FROM pairs AS p
    WHERE p.boost_id IS NOT NULL
    UNION
    SELECT k.listing_id AS listing_id, k.boost_id AS boost_id
    FROM clicks AS k
    WHERE k.boost_id IS NOT NULL
)
SELECT n.listing_id AS listing_id, n.boost_id AS boost_id
FROM named AS n
JOIN known_listings AS l ON l.listing_id = n.listing_id
LEFT JOIN known_boosts AS b ON b.external_id = n.boost_id AND b.merchant_id = l.merchant_id
WHERE b.boost_id IS NULL
