-- Credit as rows: of what each portion has under every model, side by side, a row for each model
-- that is asked for and gives it something. No ELSE: an unknown model finds no rows.
-- Rows are made once, of portions as large as the asker wants them: five rows for each touchpoint,
-- summed afterwards, cost a quarter more CPU.
-- Grain: portion, model. Reads portions and models.
WITH side_by_side AS (
    SELECT p.claim AS claim, p.touchpoint_id AS touchpoint_id, p.note_id AS note_id, p.day AS day,
           p.kind_id AS kind_id, p.boost_id AS boost_id, p.listing_id AS listing_id,
           p.level_id AS level_id, m.model AS model,
           CASE m.model WHEN 'last_touch' THEN p.last_touch_micro
                        WHEN 'first_touch' THEN p.first_touch_micro
                        WHEN 'linear' THEN p.linear_micro
                        WHEN 'time_decay' THEN p.time_decay_micro
                        WHEN 'position_based' THEN p.position_based_micro END AS micro,
           CASE m.model WHEN 'last_touch' THEN p.last_touch_fen
                        WHEN 'first_touch' THEN p.first_touch_fen
                        WHEN 'linear' THEN p.linear_fen
                        WHEN 'time_decay' THEN p.time_decay_fen
                        WHEN 'position_based' THEN p.position_based_fen END AS fen
    FROM portions AS p
    CROSS JOIN models AS m
)
SELECT s.claim AS claim, s.touchpoint_id AS touchpoint_id, s.note_id AS note_id, s.day AS day,
       s.kind_id AS kind_id, s.boost_id AS boost_id, s.listing_id AS listing_id,
       s.level_id AS level_id, s.model AS model, s.micro AS micro, s.fen AS fen
FROM side_by_side AS s
WHERE s.micro IS NOT NULL
