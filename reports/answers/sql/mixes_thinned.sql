-- Let go the mixes that are not in force at `before` any more, but for those that something was given out
-- by: the last of its merchant at the moment of the curves. Grain: mix. Params: before.
WITH spans AS (
    SELECT m.id AS id, m.merchant_id AS merchant_id, m.at AS begun_at,
           lead(m.at) OVER (PARTITION BY m.merchant_id ORDER BY m.at) AS over_at
    FROM reports_delaymix AS m
    WHERE m.at < %(before)s
)
DELETE FROM reports_delaymix AS t
USING spans AS s
WHERE s.id = t.id AND s.over_at IS NOT NULL
  AND NOT EXISTS (
      SELECT 1 FROM reports_delaysgiven AS g
      WHERE g.merchant_id = s.merchant_id AND g.at >= s.begun_at AND g.at < s.over_at)
