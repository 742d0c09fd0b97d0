-- The groups that people of samples stand apart by: a hash in hexadecimal begins with two figures.
-- Grain: prefix. Params: $prefixes, $groups.
SELECT unnest($prefixes) AS prefix, CAST(unnest($groups) AS TINYINT) AS user_group
