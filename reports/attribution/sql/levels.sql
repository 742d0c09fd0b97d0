-- The levels of a match, numbered. Grain: level. Params: $levels.
SELECT CAST(generate_subscripts($levels, 1) - 1 AS TINYINT) AS level_id, unnest($levels) AS level
