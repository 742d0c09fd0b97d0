-- Credit in whole millionths and whole fen: floor(A * after / total) - floor(A * before / total),
-- A positive and in 128 bits, the sign put back afterwards. What is unknown stays unknown.
-- Grain: claim, touchpoint, model.
WITH amounts AS (
    SELECT s.claim AS claim, s.touchpoint_id AS touchpoint_id, s.note_id AS note_id,
           s.listing_id AS listing_id, s.level AS level, s.model AS model,
           CAST(s.before AS HUGEINT) AS before, CAST(s.after AS HUGEINT) AS after,
           CAST(s.total AS HUGEINT) AS total, c.sign AS sign,
           CAST(c.value_fen AS HUGEINT) AS value_fen
    FROM shares AS s
    JOIN claims AS c ON c.claim = s.claim
)
SELECT a.claim AS claim, a.touchpoint_id AS touchpoint_id, a.note_id AS note_id,
       a.listing_id AS listing_id, a.level AS level, a.model AS model,
       CAST(((1000000 * a.after) // a.total) - ((1000000 * a.before) // a.total) AS BIGINT)
           AS credit_micro,
       CAST(a.sign * (((a.value_fen * a.after) // a.total)
                      - ((a.value_fen * a.before) // a.total)) AS BIGINT) AS value_fen
FROM amounts AS a
