-- What each model gives a touchpoint, as running sums of integer weights: of `total`, the stretch
-- from `before` to `after`. A touchpoint without weight under a model has no row.
-- Grain: claim, touchpoint, model; only the models asked for.
WITH every AS (
    SELECT p.claim AS claim, p.touchpoint_id AS touchpoint_id, p.note_id AS note_id,
           p.listing_id AS listing_id, p.level AS level, 'last_touch' AS model,
           0 AS before, 1 AS after, 1 AS total
    FROM places AS p
    WHERE CASE WHEN p.level = 'click_id' THEN p.is_named_click = 1
               WHEN p.clicks > 0 THEN p.is_click = 1 AND p.clicks_so_far = p.clicks
               ELSE p.i = p.n END
    UNION ALL
    SELECT p.claim AS claim, p.touchpoint_id AS touchpoint_id, p.note_id AS note_id,
           p.listing_id AS listing_id, p.level AS level, 'first_touch' AS model,
           0 AS before, 1 AS after, 1 AS total
    FROM places AS p
    WHERE p.i = 1
    UNION ALL
    SELECT p.claim AS claim, p.touchpoint_id AS touchpoint_id, p.note_id AS note_id,
           p.listing_id AS listing_id, p.level AS level, 'linear' AS model,
           p.i - 1 AS before, p.i AS after, p.n AS total
    FROM places AS p
    UNION ALL
    SELECT p.claim AS claim, p.touchpoint_id AS touchpoint_id, p.note_id AS note_id,
           p.listing_id AS listing_id, p.level AS level, 'time_decay' AS model,
           p.weight_so_far - p.weight AS before, p.weight_so_far AS after, p.weight_total AS total
    FROM places AS p
    UNION ALL
    SELECT p.claim AS claim, p.touchpoint_id AS touchpoint_id, p.note_id AS note_id,
           p.listing_id AS listing_id, p.level AS level, 'position_based' AS model,
           CASE WHEN p.n <= 2 OR p.i = 1 THEN p.i - 1 ELSE 2 * (p.n - 2) + p.i - 2 END AS before,
           CASE WHEN p.n <= 2 THEN p.i WHEN p.i = p.n THEN 5 * (p.n - 2)
                ELSE 2 * (p.n - 2) + p.i - 1 END AS after,
           CASE WHEN p.n <= 2 THEN p.n ELSE 5 * (p.n - 2) END AS total
    FROM places AS p
)
SELECT e.claim AS claim, e.touchpoint_id AS touchpoint_id, e.note_id AS note_id,
       e.listing_id AS listing_id, e.level AS level, e.model AS model,
       e.before AS before, e.after AS after, e.total AS total
FROM every AS e
JOIN models AS m ON m.model = e.model
