-- What delivery promises about money, as the rows that break it. Of boosts that an ad server was
-- given: nothing else is captured for.
-- Grain and columns as in campaigns/ledger/proof.sql. Params: none.
WITH hours AS (
    SELECT
        hour.boost_id AS boost_id, sum(hour.captured_fen) AS captured_fen,
        sum(hour.refused_fen) AS refused_fen
    FROM campaigns_deliveryhour AS hour
    GROUP BY hour.boost_id
),
boosts AS (
    SELECT
        boost.id AS boost_id, boost.captured_fen AS captured_fen, boost.refused_fen AS refused_fen,
        coalesce(hours.captured_fen, 0) AS hours_captured_fen,
        coalesce(hours.refused_fen, 0) AS hours_refused_fen
    FROM campaigns_serving AS serving
    JOIN campaigns_boost AS boost ON boost.id = serving.boost_id
    LEFT JOIN hours ON hours.boost_id = boost.id
),
newest AS (
    SELECT
        said.boost_id AS boost_id, said.hour_at AS hour_at, said.spend_fen AS spend_fen,
        row_number() OVER (
            PARTITION BY said.boost_id, said.hour_at ORDER BY said.revision DESC
        ) AS place
    FROM campaigns_deliveryrow AS said
),
journal AS (
    SELECT
        change.boost_id AS boost_id, change.hour_at AS hour_at,
        sum(change.d_captured_fen) AS captured_fen, sum(change.d_refused_fen) AS refused_fen
    FROM campaigns_hourchange AS change
    GROUP BY change.boost_id, change.hour_at
),
-- What each hour is by the rows and by the journal, whichever of the three lacks it.
told AS (
    SELECT
        coalesce(hour.boost_id, newest.boost_id, journal.boost_id) AS boost_id,
        coalesce(hour.hour_at, newest.hour_at, journal.hour_at) AS hour_at,
        coalesce(hour.spend_fen, 0) AS spend_fen, coalesce(newest.spend_fen, 0) AS said_fen,
        coalesce(hour.captured_fen, 0) AS captured_fen,
        coalesce(journal.captured_fen, 0) AS journal_captured_fen,
        coalesce(hour.refused_fen, 0) AS refused_fen,
        coalesce(journal.refused_fen, 0) AS journal_refused_fen
    FROM campaigns_deliveryhour AS hour
    FULL JOIN (
        SELECT
            newest.boost_id AS boost_id, newest.hour_at AS hour_at, newest.spend_fen AS spend_fen
        FROM newest
        WHERE newest.place = 1
    ) AS newest ON newest.boost_id = hour.boost_id AND newest.hour_at = hour.hour_at
    FULL JOIN journal
        ON journal.boost_id = coalesce(hour.boost_id, newest.boost_id)
        AND journal.hour_at = coalesce(hour.hour_at, newest.hour_at)
),
day_sums AS (
    SELECT
        hour.boost_id AS boost_id, hour.on AS on_day, sum(hour.captured_fen) AS captured_fen,
        sum(hour.refused_fen) AS refused_fen
    FROM campaigns_deliveryhour AS hour
    GROUP BY hour.boost_id, hour.on
),
days AS (
    SELECT
        coalesce(day.boost_id, day_sums.boost_id) AS boost_id,
        coalesce(day.on, day_sums.on_day) AS on_day,
        coalesce(day.captured_fen, 0) AS captured_fen, coalesce(day.refused_fen, 0) AS refused_fen,
        coalesce(day_sums.captured_fen, 0) AS hours_captured_fen,
        coalesce(day_sums.refused_fen, 0) AS hours_refused_fen
    FROM campaigns_spendday AS day
    FULL JOIN day_sums ON day_sums.boost_id = day.boost_id AND day_sums.on_day = day.on
)
SELECT 'hours_sum_to_what_is_captured' AS rule, 'boost:' || boost_id AS subject,
    hours_captured_fen AS expected_fen, captured_fen AS found_fen
FROM boosts WHERE hours_captured_fen <> captured_fen
UNION ALL
SELECT 'hours_sum_to_what_is_refused', 'boost:' || boost_id, hours_refused_fen, refused_fen
FROM boosts WHERE hours_refused_fen <> refused_fen
UNION ALL
SELECT 'an_hour_is_its_newest_revision', 'boost:' || boost_id || ' hour:' || hour_at,
    said_fen, spend_fen
FROM told WHERE said_fen <> spend_fen
UNION ALL
SELECT 'the_journal_sums_to_the_hour', 'boost:' || boost_id || ' hour:' || hour_at,
    captured_fen, journal_captured_fen
FROM told WHERE captured_fen <> journal_captured_fen
UNION ALL
SELECT 'the_journal_sums_to_what_is_refused', 'boost:' || boost_id || ' hour:' || hour_at,
    refused_fen, journal_refused_fen
FROM told WHERE refused_fen <> journal_refused_fen
UNION ALL
SELECT 'a_day_is_the_sum_of_its_hours', 'boost:' || boost_id || ' day:' || on_day,
    hours_captured_fen, captured_fen
FROM days WHERE hours_captured_fen <> captured_fen
UNION ALL
SELECT 'a_day_refuses_what_its_hours_do', 'boost:' || boost_id || ' day:' || on_day,
    hours_refused_fen, refused_fen
FROM days WHERE hours_refused_fen <> refused_fen
