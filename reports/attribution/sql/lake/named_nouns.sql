-- The notes and listings that the clicks of a day name, and the boosts that its touchpoints name, by
-- the source that sent them. Grain: source, what, code.
WITH named AS (
    SELECT t.source AS source, 'note' AS what, t.note_id AS code
    FROM lake_touchpoints AS t
    WHERE t.kind = 'click'
    UNION ALL
    SELECT t.source AS source, 'listing' AS what, t.listing_id AS code
    FROM lake_touchpoints AS t
    WHERE t.kind = 'click' AND t.listing_id IS NOT NULL
    UNION ALL
    SELECT t.source AS source, 'boost' AS what, t.boost_id AS code
    FROM lake_touchpoints AS t
    WHERE t.boost_id IS NOT NULL
)
SELECT n.source AS source, n.what AS what, n.code AS code, COUNT(*) AS rows,
       CAST(NULL AS DECIMAL(38, 0)) AS value_fen
FROM named AS n
GROUP BY n.source, n.what, n.code
ORDER BY COUNT(*) DESC, n.source, n.what, n.code
