-- How old touches were when the orders came that they earned, of one merchant's cohorts.
-- Grain: category (null is all of them together), window, model, age in business days.
-- A cohort is the touches of one day; one that is known from a sample, even in part, tells nothing. `micro` is what came at that age; `square` is by how much the
-- sum over cohorts of the square of what has come to all that comes grows at it, in orders;
-- `begun` is how many cohorts had their first order at it.
-- Params: merchant, first_on and last_on (order days that are read), report_days, and touched_on and
-- window_days, which are the cohorts, side by side.
WITH cohorts AS (
    SELECT touched_on, window_days
    FROM unnest(%(touched_on)s::date[], %(window_days)s::int[]) AS asked (touched_on, window_days)
), earned AS (
    SELECT
        product.category_id,
        cohorts.touched_on,
        cohorts.window_days,
        fact."on" - cohorts.touched_on AS age,
        fact.sampling_ratio IS NOT NULL AS is_sample,
        by_model.model,
        by_model.micro
    FROM reports_creditfact AS fact
    JOIN cohorts
        ON cohorts.touched_on = fact.touched_on AND cohorts.window_days = fact.window_days
    JOIN merchants_listing AS listing ON listing.id = fact.listing_id
    JOIN merchants_product AS product ON product.id = listing.product_id
    CROSS JOIN LATERAL (VALUES {models}) AS by_model (model, micro)
    WHERE fact.merchant_id = %(merchant)s
        AND fact."on" BETWEEN %(first_on)s AND %(last_on)s
        AND fact.report_day_id = ANY(%(report_days)s)
        AND fact.kind = 'order'
        AND by_model.micro > 0
), by_age AS (
    SELECT
        one.category_id,
        earned.window_days,
        earned.model,
        earned.touched_on,
        earned.age,
        sum(earned.micro) AS micro,
        bool_or(earned.is_sample) AS is_sample
    FROM earned
    CROSS JOIN LATERAL (VALUES (earned.category_id), (NULL)) AS one (category_id)
    GROUP BY one.category_id, earned.window_days, earned.model, earned.touched_on, earned.age
), running AS (
    SELECT
        category_id,
        window_days,
        model,
        age,
        micro,
        sum(micro) OVER (cohort ORDER BY age) / 1e6 AS so_far,
        sum(micro) OVER (cohort) / 1e6 AS whole,
        row_number() OVER (cohort ORDER BY age) AS place,
        bool_or(is_sample) OVER (cohort) AS is_sample
    FROM by_age
    WINDOW cohort AS (PARTITION BY category_id, window_days, model, touched_on)
)
SELECT
    category_id,
    window_days,
    model,
    age,
    sum(micro)::bigint AS micro,
    sum((so_far ^ 2 - (so_far - micro / 1e6) ^ 2) / whole)::float8 AS square,
    count(*) FILTER (WHERE place = 1) AS begun
FROM running
WHERE NOT is_sample
GROUP BY category_id, window_days, model, age
ORDER BY category_id, window_days, model, age
