-- The place of a name in a sheet: 48 bits of hashes, above 16 bits that are free for a day.
-- The last four characters are hashed apart, below the others: names that are counted up stand near
-- each other, so that a file of them reads few places of a sheet, however many keys it has.
-- Parameter: name, a text.
CREATE OR REPLACE TEMP MACRO sheet_key(name) AS
    hash("left"(name, -4)) // 4294967296 * 4294967296
        + hash("right"(name, 4)) // 281474976710656 * 65536
