-- Orders that may credit touchpoints of more than one listing: only in them can a note or listing have
-- a part and the model give it nothing.
-- Grain: claim.
SELECT c.claim AS claim
FROM candidates AS c
JOIN kinds AS k ON k.kind_id = c.kind_id
WHERE k.kind = 'order'
GROUP BY c.claim
HAVING MIN(c.listing_id) <> MAX(c.listing_id)
