-- How many names are known. Grain: one row.
SELECT COUNT(*) AS names
FROM kin_names AS k
