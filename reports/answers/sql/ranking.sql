-- The keys of a breakdown in the order asked for, onwards from a place in it or back from it.
-- Grain: key (null is one, too). A row `is_nothing` comes before all the keys that have none of the
-- facts, which are equal in this order, where it is not asked which they are.
-- Names: credited, touched and spent (queries), facts (what is asked of them), others (the keys without any
-- of them, or the row `is_nothing`), terms (made of the facts of a key, each rises), the same of no
-- facts (nothing_terms), what the others stand by (nothing_named), their names (named), beyond (what is past the place), in_order.
-- Params: of credited, touched and spent; kinds (of events that the terms tell of), end (a key beyond all
-- others), place (a key), most.
-- Touchpoints and credit are beside each other, since a key may have either alone.
WITH credited AS NOT MATERIALIZED (
    {credited}
), touched AS NOT MATERIALIZED (
    {touched}
), spent AS NOT MATERIALIZED (
    {spent}
), facts (key, kind, credit_micro, value_fen, touchpoints, assisted, spent) AS NOT MATERIALIZED (
    {facts}
), own (key, {named}) AS (
    SELECT key, {terms}
    FROM facts
    GROUP BY key
), nothing ({named}) AS (
    SELECT {nothing_terms}
    FROM facts
    WHERE FALSE
), others (key, is_nothing) AS (
    {others}
), ranked (key, is_nothing, {named}) AS (
    SELECT key, FALSE, {named}
    FROM own
    UNION ALL
    SELECT key, is_nothing, {nothing_named}
    FROM others
    CROSS JOIN nothing
)
SELECT key, is_nothing
FROM ranked
WHERE {beyond}
ORDER BY {in_order}
LIMIT %(most)s
