-- How many of the judged rows are duplicates, and how many corrections. Grain: one row.
SELECT COUNT(*) - COUNT(v.version) AS duplicate,
       COUNT(CASE WHEN v.version > 1 THEN 1 END) AS corrected
FROM verdicts AS v
