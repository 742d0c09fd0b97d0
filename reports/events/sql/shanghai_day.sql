-- The business day of an instant: days since 1970-01-01 in Asia/Shanghai, UTC+8 all year.
-- Parameter: at_us, microseconds since 1970-01-01 UTC, not before.
CREATE OR REPLACE TEMP MACRO shanghai_day(at_us) AS
    CAST((at_us + 28800000000) // 86400000000 AS INTEGER)
