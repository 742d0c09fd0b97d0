-- The place of a name in a sheet: 48 bits of hashes, above 16 bits that are free for a day.
-- The last four characters stand apart, below the hash of the others: names that are counted up
-- stand near each other, so that a file of them reads few places of a sheet, however many keys it
-- has. Four digits, also of base 16, are their own number: no two of a beginning are taken for one.
-- Parameter: name, a text.
CREATE OR REPLACE TEMP MACRO sheet_key(name) AS
    hash("left"(name, -4)) // 4294967296 * 4294967296
        + COALESCE(
            CAST(TRY_CAST(CONCAT('0x', "right"(name, 4)) AS USMALLINT) AS UBIGINT),
            hash("right"(name, 4)) // 281474976710656
        ) * 65536
