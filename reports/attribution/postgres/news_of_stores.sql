-- The days on which verified stores have conversions. Grain: merchant, day; may repeat.
-- Params: stores (their ids at the marketplace), days (pairs), kinds (of stores the marketplace has).
SELECT s.merchant_id AS merchant_id, named."on" AS "on"
FROM unnest(%(stores)s::text[], %(days)s::date[]) AS named (store, "on")
JOIN merchants_store AS s ON s.external_id = named.store
WHERE s.kind = ANY(%(kinds)s) AND s.status = 'verified'
