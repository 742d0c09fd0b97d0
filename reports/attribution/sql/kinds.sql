-- The kinds of conversions and of their facts, numbered; what is taken back counts negative.
-- Grain: kind. Params: $kinds, $signs.
SELECT CAST(generate_subscripts($kinds, 1) - 1 AS TINYINT) AS kind_id, unnest($kinds) AS kind,
       CAST(unnest($signs) AS INTEGER) AS sign
