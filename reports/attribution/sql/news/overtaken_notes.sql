-- The notes that others named for clicks of ours which a batch has, and which count no more: our own
-- row counts before all others, and of others the one of the smallest source (see lake_touchpoints).
-- What a corrected row named before is among them. Grain: note, day.
-- Reads signed_ids and stored_touchpoints, of all other sources, of days that may have them.
-- Params: $source; $is_ours.
SELECT DISTINCT t.note_id AS note_id, t.day AS day
FROM stored_touchpoints AS t
JOIN signed_ids AS s ON s.event_id = t.event_id
WHERE t.signed = 2 AND t.kind IS NOT NULL AND ($is_ours OR t.source > $source)
