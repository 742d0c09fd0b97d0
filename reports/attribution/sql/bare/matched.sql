-- How many conversions matched at each level. Grain: level that has any.
SELECT v.level AS level, COUNT(DISTINCT m.claim) AS conversions
FROM matches AS m
JOIN levels AS v ON v.level_id = m.level_id
GROUP BY v.level
ORDER BY v.level
