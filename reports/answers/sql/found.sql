-- What the keys of a breakdown are, in the order asked for, and what they add up to.
-- Grain: one row: how many facts were read, and how many keys these have; the keys; what all of them
-- add up to, each touch once, and what each of the first of them does. The last three are empty where there are more
-- facts than are read.
-- A sum has a row for each of its parts (kinds of events, or models): its name, touchpoints, credited
-- and unpriced millionths, fen, assists, and what delivery was or cost; before them the key, where it is a key's.
-- Names: credited, touched and spent (queries), parts (what is asked of them), limit (of facts that are
-- read), terms (made of the facts of a key, each rises) and their names (named). Of sampled days sums
-- stand apart by group of users and ratio: sample (these columns, or nothing), sample_told (the same
-- for JSON), scaled (what the order is made of: the sums, or what is estimated from them).
-- What is credited is kept where several parts read few of it (keeping).
-- Params: of credited, touched and spent, and of parts; most (how many facts are read, null for all), first
-- (of how many keys the own sums are told).
-- The facts are read once: all answers are made of what they are summed to by key and part.
WITH credited AS {keeping} (
    {credited}
), touched AS NOT MATERIALIZED (
    {touched}
), spent AS NOT MATERIALIZED (
    {spent}
), facts (key, kind, credit_micro, value_fen, touchpoints, once, assisted, spent{sample}) AS NOT MATERIALIZED (
    {parts}
    {limit}
), summed AS MATERIALIZED (
    -- What has a value stands apart from what has none.
    SELECT key, kind, sum(credit_micro) AS credit_micro, sum(value_fen) AS value_fen,
        sum(touchpoints) AS touchpoints, sum(once) AS once, sum(assisted) AS assisted,
        sum(spent) AS spent, count(*) AS facts{sample}
    FROM facts
    GROUP BY key, kind, value_fen IS NULL{sample}
), whole AS NOT MATERIALIZED (
    SELECT *
    FROM summed
    WHERE coalesce((SELECT sum(facts) FROM summed) < %(most)s, TRUE)
), ranked (key, {named}) AS (
    SELECT key, {terms}
    FROM {scaled}
    GROUP BY key
), in_order AS MATERIALIZED (
    SELECT coalesce(array_agg(key ORDER BY {named}, key), ARRAY[]::bigint[]) AS keys FROM ranked
), total AS (
    SELECT json_build_array(
        kind,
        coalesce(sum(once), 0),
        coalesce(sum(credit_micro), 0),
        coalesce(sum(credit_micro) FILTER (WHERE value_fen IS NULL), 0),
        coalesce(sum(value_fen), 0),
        coalesce(sum(assisted), 0),
        coalesce(sum(spent), 0){sample_told}
    ) AS part
    FROM whole
    GROUP BY kind{sample}
), first AS (
    SELECT json_build_array(
        key,
        kind,
        coalesce(touchpoints, 0),
        coalesce(credit_micro, 0),
        CASE WHEN value_fen IS NULL THEN coalesce(credit_micro, 0) ELSE 0 END,
        coalesce(value_fen, 0),
        coalesce(assisted, 0),
        coalesce(spent, 0){sample_told}
    ) AS part
    FROM (SELECT unnest(keys[:%(first)s]) AS key FROM in_order) AS asked
    JOIN whole USING (key)
)
SELECT
    (SELECT coalesce(sum(facts), 0)::bigint FROM summed),
    (SELECT count(DISTINCT key) FROM summed),
    (SELECT keys FROM in_order),
    (SELECT coalesce(json_agg(part), '[]'::json) FROM total),
    (SELECT coalesce(json_agg(part), '[]'::json) FROM first)
