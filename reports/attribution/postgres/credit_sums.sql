-- CreditSum: what the credit facts of report days add up to without the day of the touch, note, listing
-- and level. Where a model gave nothing, and where no value is known, it is null as in the facts.
-- Grain: report day, boost, placement, kind of store, kind, window, group of users and ratio of a
-- sample, whether the value is known.
-- Params: report_days, first_on, last_on (the days they are of).
INSERT INTO reports_creditsum ("on", report_day_id, "row", merchant_id, boost_id, placement,
    store_kind, kind, window_days, user_group, sampling_ratio,
    last_touch_micro, first_touch_micro, linear_micro, time_decay_micro, position_based_micro,
    last_touch_fen, first_touch_fen, linear_fen, time_decay_fen, position_based_fen,
    last_touch_assists_among_notes, first_touch_assists_among_notes,
    last_touch_assists_among_listings, first_touch_assists_among_listings)
SELECT f."on", f.report_day_id, row_number() OVER (PARTITION BY f.report_day_id), f.merchant_id,
    f.boost_id, f.placement, f.store_kind, f.kind, f.window_days, f.user_group,
    f.sampling_ratio,
    sum(f.last_touch_micro), sum(f.first_touch_micro), sum(f.linear_micro),
    sum(f.time_decay_micro), sum(f.position_based_micro),
    sum(f.last_touch_fen), sum(f.first_touch_fen), sum(f.linear_fen),
    sum(f.time_decay_fen), sum(f.position_based_fen),
    sum(f.last_touch_assists_among_notes), sum(f.first_touch_assists_among_notes),
    sum(f.last_touch_assists_among_listings), sum(f.first_touch_assists_among_listings)
FROM reports_creditfact AS f
WHERE f.report_day_id = ANY(%(report_days)s) AND f."on" BETWEEN %(first_on)s AND %(last_on)s
GROUP BY f."on", f.report_day_id, f.merchant_id, f.boost_id, f.placement, f.store_kind, f.kind,
    f.window_days, f.user_group, f.sampling_ratio,
    coalesce(f.last_touch_fen, f.first_touch_fen, f.linear_fen, f.time_decay_fen,
        f.position_based_fen) IS NULL
