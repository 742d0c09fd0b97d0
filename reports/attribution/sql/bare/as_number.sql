-- The number that a text is written as; null for a text that does not look as its number would,
-- which names nothing.
-- Written back, because 007 and 7.0 can be read as 7 and are other ids.
-- Parameter: written.
CREATE OR REPLACE TEMP MACRO as_number(written) AS
    CASE WHEN CAST(TRY_CAST(written AS HUGEINT) AS VARCHAR) = written
         THEN TRY_CAST(written AS HUGEINT) END
