-- Of how large a sample a touchpoint is that a claim may credit, by the regime of its source on its day.
-- Grain: touchpoint of a sample.
WITH asked AS (
    SELECT p.touchpoint_id AS touchpoint_id FROM pairs AS p
    UNION
    SELECT k.touchpoint_id AS touchpoint_id FROM clicks AS k
)
SELECT t.touchpoint_id AS touchpoint_id, r.ratio AS ratio
FROM touches AS t
JOIN touch_regimes AS r ON r.source = t.source
    AND shanghai_day(t.touched_at) BETWEEN r.first_day AND r.last_day
JOIN asked AS a ON a.touchpoint_id = t.touchpoint_id
