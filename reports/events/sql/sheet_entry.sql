-- The entry of a name on the day of an instant; see sheet_key.
-- Parameters: name, a text; at_us, microseconds since 1970-01-01 UTC, not before.
CREATE OR REPLACE TEMP MACRO sheet_entry(name, at_us) AS
    sheet_key(name) + CAST(shanghai_day(at_us) AS UBIGINT)
