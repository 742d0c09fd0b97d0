-- The kinds of touches that are touchpoints. Grain: kind. Params: $kinds.
SELECT unnest($kinds) AS kind
