-- The models there are. Grain: model.
SELECT v.model AS model
FROM (VALUES ('last_touch'), ('first_touch'), ('linear'), ('time_decay'), ('position_based'))
    AS v (model)
