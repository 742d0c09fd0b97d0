-- What a merchant has said himself of his stores' days, beside what the marketplace has: new rows of
-- each, whether the marketplace has closed the day, and whether he has said that his are all. Grain: store, day. Params: merchant,
-- first_on, last_on, most.
SELECT t.name AS store, o."on" AS "on", o.received_rows AS own, coalesce(sum(z.received_rows), 0) AS theirs,
       bool_or(z.closed_at IS NOT NULL) IS TRUE OR bool_or(a.closed_at IS NOT NULL) IS TRUE AS is_closed,
       o.closed_at IS NOT NULL
           AND greatest(o.missing_rows, coalesce(o.expected_rows, 0) - o.received_rows) <= 0 AS is_reported
FROM reports_source AS w
JOIN reports_slice AS o ON o.source_id = w.id AND o."on" BETWEEN %(first_on)s AND %(last_on)s
JOIN merchants_store AS t ON t.id = o.store_id
LEFT JOIN reports_source AS m ON m.kind = 'marketplace' AND m.marketplace = w.marketplace
LEFT JOIN reports_slice AS z ON z.source_id = m.id AND z."on" = o."on" AND z.store_id = o.store_id
LEFT JOIN reports_slice AS a ON a.source_id = m.id AND a."on" = o."on" AND a.store_id IS NULL
WHERE w.kind = 'merchant' AND w.merchant_id = %(merchant)s
GROUP BY t.name, o.id, o."on", o.received_rows
ORDER BY o."on" DESC, t.name, o.id
LIMIT %(most)s
