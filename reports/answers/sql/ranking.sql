-- The keys of a breakdown in the order asked for, onwards from a place in it or back from it.
-- Grain: key (null is one, too), and one row `is_nothing`: it comes before all the keys that have
-- none of the facts, which are equal in this order, and of which only some may be known here.
-- Names: credited and touched (queries), facts (what is asked of both), terms (made of the facts of
-- a key, each rises) and their names (named), beyond (what is past the place), in_order.
-- Params: of credited and touched; kinds (of events that the terms tell of), end (a key beyond all
-- others), place (a key), most.
-- Touchpoints and credit are beside each other, since a key may have either alone.
WITH credited AS NOT MATERIALIZED (
    {credited}
), touched AS NOT MATERIALIZED (
    {touched}
), facts (key, kind, credit_micro, value_fen, touchpoints) AS NOT MATERIALIZED (
    {facts}
), ranked (key, is_nothing, {named}) AS (
    SELECT key, FALSE, {terms}
    FROM facts
    GROUP BY key
    UNION ALL
    SELECT %(end)s::bigint, TRUE, {terms}
    FROM facts
    WHERE FALSE
)
SELECT key, is_nothing
FROM ranked
WHERE {beyond}
ORDER BY {in_order}
LIMIT %(most)s
