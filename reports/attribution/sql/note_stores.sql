-- The stores that listings ever named on a note, nearly always one. So narrow a table is found by
-- place instead of by hash where the note ids are small numbers whose bounds are known. periods:
-- how many rows of listings they have, other listings and other periods of one.
-- Grain: note, store.
SELECT l.note_id AS note_id, l.store_id AS store_id, COUNT(*) AS periods
FROM listings AS l
GROUP BY l.note_id, l.store_id
