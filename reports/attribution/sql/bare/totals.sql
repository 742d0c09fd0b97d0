-- What each model credited, from the rows of credit.parquet. A value that is known of no row stays
-- null, it is not 0 (ADR 0061). Grain: model.
WITH sums AS (
    SELECT r.model AS model, COUNT(*) AS credits, SUM(r.credit_micro) AS credit_micro,
           SUM(r.value_fen) AS value_fen
    FROM written AS r
    GROUP BY r.model
)
SELECT m.model AS model, COALESCE(s.credits, 0) AS credits,
       COALESCE(s.credit_micro, 0) AS credit_micro, s.value_fen AS value_fen
FROM models AS m
LEFT JOIN sums AS s ON s.model = m.model
ORDER BY m.model
