-- The touches that stand for assists: orders in which a note (or a listing) has touches and the model
-- gives it nothing. Such an order counts one for the note, at one of its touches; and one for the
-- merchant among notes (among listings), at the first note that has nothing. Touches stand by note and
-- listing for that: the first note is it or, where the model gives the order to that one, the second.
-- Only models that give all to one touch have assists, and only orders of several listings.
-- Grain: claim, stretch. Reads splits.
WITH placed AS (
    SELECT s.claim AS claim, s.day AS day, s.touched_day AS touched_day, s.kind_id AS kind_id,
           s.boost_id AS boost_id, s.listing_id AS listing_id, s.level_id AS level_id,
           s.least_age_us AS least_age_us, s.user_group AS user_group,
           s.sampling_ratio AS sampling_ratio, s.has_value AS has_value, l.note AS note,
           l.listing AS listing,
           MAX(CASE WHEN s.last_touch_micro > 0 THEN l.note END) OVER whole AS last_note,
           MAX(CASE WHEN s.first_touch_micro > 0 THEN l.note END) OVER whole AS first_note,
           MAX(CASE WHEN s.last_touch_micro > 0 THEN l.listing END) OVER whole AS last_listing,
           MAX(CASE WHEN s.first_touch_micro > 0 THEN l.listing END) OVER whole AS first_listing,
           LAG(l.note) OVER in_order AS note_before,
           LAG(l.listing) OVER in_order AS listing_before,
           FIRST_VALUE(l.note) OVER in_order AS note_one,
           FIRST_VALUE(l.listing) OVER in_order AS listing_one
    FROM splits AS s
    JOIN known_listings AS l ON l.listing_id = s.listing_id
    WHERE s.is_joint = 1
    WINDOW whole AS (PARTITION BY s.claim, l.merchant_id),
           in_order AS (PARTITION BY s.claim, l.merchant_id
                        ORDER BY l.note, l.listing, s.least_age_us, s.touchpoint_id)
), found AS (
    SELECT p.claim AS claim, p.day AS day, p.touched_day AS touched_day, p.kind_id AS kind_id,
           p.boost_id AS boost_id, p.listing_id AS listing_id, p.level_id AS level_id,
           p.least_age_us AS least_age_us, p.user_group AS user_group,
           p.sampling_ratio AS sampling_ratio, p.has_value AS has_value,
           CASE WHEN (p.note_before IS NULL OR p.note_before <> p.note)
                     AND (p.last_note IS NULL OR p.last_note <> p.note)
                THEN 1 END AS last_touch_by_note,
           CASE WHEN (p.note_before IS NULL
                      OR (p.note_before = p.last_note AND p.note_one = p.last_note))
                     AND (p.last_note IS NULL OR p.last_note <> p.note)
                THEN 1 END AS last_touch_among_notes,
           CASE WHEN (p.listing_before IS NULL OR p.listing_before <> p.listing)
                     AND (p.last_listing IS NULL OR p.last_listing <> p.listing)
                THEN 1 END AS last_touch_by_listing,
           CASE WHEN (p.listing_before IS NULL
                      OR (p.listing_before = p.last_listing AND p.listing_one = p.last_listing))
                     AND (p.last_listing IS NULL OR p.last_listing <> p.listing)
                THEN 1 END AS last_touch_among_listings,
           CASE WHEN (p.note_before IS NULL OR p.note_before <> p.note)
                     AND (p.first_note IS NULL OR p.first_note <> p.note)
                THEN 1 END AS first_touch_by_note,
           CASE WHEN (p.note_before IS NULL
                      OR (p.note_before = p.first_note AND p.note_one = p.first_note))
                     AND (p.first_note IS NULL OR p.first_note <> p.note)
                THEN 1 END AS first_touch_among_notes,
           CASE WHEN (p.listing_before IS NULL OR p.listing_before <> p.listing)
                     AND (p.first_listing IS NULL OR p.first_listing <> p.listing)
                THEN 1 END AS first_touch_by_listing,
           CASE WHEN (p.listing_before IS NULL
                      OR (p.listing_before = p.first_listing AND p.listing_one = p.first_listing))
                     AND (p.first_listing IS NULL OR p.first_listing <> p.listing)
                THEN 1 END AS first_touch_among_listings
    FROM placed AS p
)
SELECT f.claim AS claim, f.day AS day, f.touched_day AS touched_day, f.kind_id AS kind_id,
       f.boost_id AS boost_id, f.listing_id AS listing_id, f.level_id AS level_id,
       f.least_age_us AS least_age_us, f.user_group AS user_group,
       f.sampling_ratio AS sampling_ratio, f.has_value AS has_value,
       f.last_touch_by_note AS last_touch_by_note,
       f.last_touch_among_notes AS last_touch_among_notes,
       f.last_touch_by_listing AS last_touch_by_listing,
       f.last_touch_among_listings AS last_touch_among_listings,
       f.first_touch_by_note AS first_touch_by_note,
       f.first_touch_among_notes AS first_touch_among_notes,
       f.first_touch_by_listing AS first_touch_by_listing,
       f.first_touch_among_listings AS first_touch_among_listings
FROM found AS f
WHERE f.last_touch_by_note = 1
   OR f.last_touch_by_listing = 1
   OR f.first_touch_by_note = 1
   OR f.first_touch_by_listing = 1
