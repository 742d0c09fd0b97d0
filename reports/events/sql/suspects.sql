-- Hashes of keys that come more than once among the new rows; of two keys with one hash the rows are
-- compared in verdicts. Grain: key_hash. Reads new_rows.
SELECT n.key_hash AS key_hash
FROM new_rows AS n
GROUP BY n.key_hash
HAVING COUNT(*) > 1
