-- What a merchant paid outside for notes, boosts and campaigns, as facts: each cost once, by its channel,
-- and the cost of days without results again.
-- Grain: key, day, channel of a cost. Names: costs and boosts (tables), key (a column), among (whether a key is
-- asked for), nobodys (the note of what is of none), within (which costs are asked for).
-- Params: merchant, first_on, last_on, as_of (null for now), blank (the days whose results are not in the sums), keys.
WITH versions AS (
    -- A cost of a boost counts under its note, one of a campaign as a whole under no note.
    SELECT coalesce(cost.note_id, boost.note_id, {nobodys}) AS note_id, cost.boost_id AS boost_id,
        cost."on" AS "on", cost.channel AS channel, cost.amount_fen AS amount_fen
    FROM {costs} AS cost
    LEFT JOIN {boosts} AS boost ON boost.id = cost.boost_id
    WHERE cost.merchant_id = %(merchant)s
        AND {within}
        AND cost."on" BETWEEN %(first_on)s AND %(last_on)s
        AND CASE
            WHEN %(as_of)s::timestamptz IS NULL THEN cost.superseded_at IS NULL
            ELSE cost.recorded_at <= %(as_of)s
                AND (cost.superseded_at IS NULL OR cost.superseded_at > %(as_of)s)
        END
)
SELECT {key} AS key, day."on" AS "on", told.kind AS kind, told.spent AS spent
FROM versions AS day
CROSS JOIN LATERAL (VALUES
    ('outside_' || day.channel, day.amount_fen),
    (
        'unmatched_outside',
        CASE WHEN day."on" = ANY(%(blank)s::date[]) THEN day.amount_fen ELSE 0 END
    )
) AS told (kind, spent)
WHERE {among}
