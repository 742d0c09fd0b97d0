-- Days that are told by name. Grain: merchant, day; may repeat. Params: merchants, days (pairs).
SELECT named.merchant_id AS merchant_id, named."on" AS "on"
FROM unnest(%(merchants)s::bigint[], %(days)s::date[]) AS named (merchant_id, "on")
