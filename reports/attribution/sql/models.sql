-- The models that are asked for; a name that is no member finds none.
-- Grain: model. Params: $models, null for all.
SELECT m.model AS model
FROM members AS m
WHERE $models IS NULL OR LIST_CONTAINS($models, m.model)
