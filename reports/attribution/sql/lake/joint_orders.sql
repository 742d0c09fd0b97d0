-- Orders that credit touchpoints of more than one listing: only in them can a note or listing have a
-- part and the model give it nothing.
-- Grain: claim.
SELECT b.claim AS claim
FROM bundles AS b
JOIN several AS s ON s.claim = b.claim
JOIN kinds AS k ON k.kind_id = b.kind_id
WHERE k.kind = 'order'
GROUP BY b.claim
HAVING MIN(b.listing_id) <> MAX(b.listing_id)
