-- Weight of time_decay by whole hours of age. Grain: hours. Params: $weights, from hour 0 on.
SELECT generate_subscripts($weights, 1) - 1 AS hours, CAST(unnest($weights) AS INTEGER) AS weight
