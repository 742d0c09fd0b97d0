-- The names that were found and were not known. Grain: store_id of the lake, name.
SELECT f.store_id AS store_id, f.name AS name
FROM kin_found AS f
ANTI JOIN kin_names AS k ON k.store_id = f.store_id AND k.name = f.name
