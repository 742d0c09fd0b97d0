-- Hashes of keys of new rows that the lake has already. Grain: key_hash. Reads new_rows, old_rows.
SELECT DISTINCT o.key_hash AS key_hash
FROM old_rows AS o
SEMI JOIN new_rows AS n ON n.key_hash = o.key_hash
