-- The corrections whose event left a day. Grain: line.
SELECT v.key AS key, v.left_at AS occurred_at, v.line AS line, v.version AS version
FROM verdicts AS v
WHERE v.left_at IS NOT NULL
