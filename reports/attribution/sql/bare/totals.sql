-- What each model credited, from the rows of credit.parquet. Grain: model.
SELECT m.model AS model, COUNT(r.model) AS rows,
       COALESCE(SUM(r.credit_micro), 0) AS credit_micro,
       SUM(r.value_fen) AS value_fen
FROM models AS m
LEFT JOIN written AS r ON r.model = m.model
GROUP BY m.model
ORDER BY m.model
