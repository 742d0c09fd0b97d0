-- The places in the sheets of orders and refunds of what kin_names names; see sheet_key. Grain: place.
SELECT DISTINCT sheet_key(CONCAT(k.store_id, chr(31), k.name)) AS entry
FROM kin_names AS k
ORDER BY entry
