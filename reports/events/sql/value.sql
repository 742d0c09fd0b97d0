-- The sum of the known values of conversions, in fen; null where none is known. Grain: one row.
-- Params: $files, parts of a batch.
SELECT CAST(SUM(c.value_fen) AS HUGEINT) AS value_fen
FROM read_parquet($files) AS c
