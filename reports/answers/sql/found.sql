-- What some keys of a breakdown are, in the order asked for, and what they add up to.
-- Grain: one row: the keys, and for each part (kinds of events, or models) its name, touchpoints,
-- credited and unpriced millionths, and fen.
-- Names: credited and touched (queries), parts (what is asked of them), terms (made of the facts of
-- a key, each rises) and their names (named).
-- Params: of credited and touched, and of parts.
-- The facts are read once: of what they are summed to by key and part both answers are made.
WITH credited AS NOT MATERIALIZED (
    {credited}
), touched AS NOT MATERIALIZED (
    {touched}
), facts (key, kind, credit_micro, value_fen, touchpoints) AS NOT MATERIALIZED (
    {parts}
), summed AS MATERIALIZED (
    -- What has a value stands apart from what has none.
    SELECT key, kind, sum(credit_micro) AS credit_micro, sum(value_fen) AS value_fen,
        sum(touchpoints) AS touchpoints
    FROM facts
    GROUP BY key, kind, value_fen IS NULL
), ranked (key, {named}) AS (
    SELECT key, {terms}
    FROM summed
    GROUP BY key
), total AS (
    SELECT json_build_array(
        kind,
        coalesce(sum(touchpoints), 0),
        coalesce(sum(credit_micro), 0),
        coalesce(sum(credit_micro) FILTER (WHERE value_fen IS NULL), 0),
        coalesce(sum(value_fen), 0)
    ) AS part
    FROM summed
    GROUP BY kind
)
SELECT
    (SELECT coalesce(array_agg(key ORDER BY {named}, key), ARRAY[]::bigint[]) FROM ranked),
    (SELECT coalesce(json_agg(part), '[]'::json) FROM total)
