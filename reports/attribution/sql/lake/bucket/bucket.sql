-- How the hashes of the users begin who are computed here, where not all of them are.
-- Grain: prefix. Params: $prefixes.
SELECT unnest($prefixes) AS prefix
