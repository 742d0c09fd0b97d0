-- How many of the judged rows are duplicates, and how many corrections. Grain: one row.
SELECT COUNT(CASE WHEN v.version IS NULL AND v.reason IS NULL THEN 1 END) AS duplicate,
       COUNT(CASE WHEN v.version > 1 THEN 1 END) AS corrected
FROM verdicts AS v
