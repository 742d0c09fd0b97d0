-- The refunds whose order line is known, with the claim of that order, and what each takes back of it.
-- The first source that knows the name decides, its own before all others: by event_id, else by
-- order_id, and then only if one line has it; of several lines nobody knows which was meant.
-- The refunds of an order are taken together, in order (time, then event_id, then source): what was
-- taken back before this one, what this one takes, and what it asks for beyond the order's value. An
-- unknown value of the order is no bound; an unknown value of a refund adds nothing and stays unknown.
-- Grain: refund.
WITH placed AS (
    SELECT n.claim AS claim, n.order_claim AS order_claim, n.sold_fen AS sold_fen,
           n.kind_id AS kind_id,
           RANK() OVER (PARTITION BY n.claim
                        ORDER BY n.is_of_other_source, n.source, n.is_by_order_id) AS place
    FROM named_orders AS n
), found AS (
    SELECT p.claim AS claim, MIN(p.order_claim) AS order_claim, MIN(p.sold_fen) AS sold_fen,
           MIN(p.kind_id) AS kind_id
    FROM placed AS p
    WHERE p.place = 1
    GROUP BY p.claim
    HAVING COUNT(*) = 1
), summed AS (
    SELECT r.claim AS claim, f.order_claim AS order_claim, r.day AS day, f.kind_id AS kind_id,
           r.value_fen AS asked_fen, f.sold_fen AS sold_fen,
           SUM(CAST(COALESCE(r.value_fen, 0) AS HUGEINT)) OVER (
               PARTITION BY f.order_claim ORDER BY r.converted_at, r.event_id, r.source
               ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS so_far_fen
    FROM asked_back AS r
    JOIN found AS f ON f.claim = r.claim
), bounded AS (
    SELECT s.claim AS claim, s.order_claim AS order_claim, s.day AS day, s.kind_id AS kind_id,
           s.asked_fen AS asked_fen,
           CASE WHEN s.so_far_fen - COALESCE(s.asked_fen, 0) > s.sold_fen THEN s.sold_fen
                ELSE s.so_far_fen - COALESCE(s.asked_fen, 0) END AS before_fen,
           CASE WHEN s.so_far_fen > s.sold_fen THEN s.sold_fen ELSE s.so_far_fen END AS after_fen
    FROM summed AS s
)
SELECT b.claim AS claim, b.order_claim AS order_claim, b.day AS day, b.kind_id AS kind_id,
       b.before_fen AS before_fen,
       CASE WHEN b.asked_fen IS NOT NULL THEN CAST(b.after_fen - b.before_fen AS BIGINT) END
           AS value_fen,
       CASE WHEN b.asked_fen IS NOT NULL
            THEN CAST(b.asked_fen - (b.after_fen - b.before_fen) AS BIGINT) END AS excess_fen
FROM bounded AS b
